//! What stands below the help of commands: examples in the order in which people meet them, and what scripts must know.

use crate::error::Exit;

/// What people type most, in the order in which they meet it.
pub(super) const EXAMPLES: &str = "\
Examples:
  seamwalk checklist.md                     walk a plan; go on where it was left
  seamwalk                                  plans, open sessions, and a sample to try
  seamwalk walk checklist.md --new --field build=4f2c --only critical
  seamwalk plan check plans/*.md            what is doubtful in plans, with line and column
  seamwalk show latest                      what was tested, what broke, and the notes
  seamwalk compare 019ab5e2 latest          what newly fails since; exit code 1 if anything does
  seamwalk report latest                    for the pull request; other forms with --format
  seamwalk show latest --format json | jq '.prompts[] | select(.verdict == \"fail\") | .text'";

/// How reports are asked for.
pub(super) const REPORT_EXAMPLES: &str = "\
Examples:
  seamwalk report latest                               for a pull request, in Markdown
  seamwalk report latest --failures-only | gh pr comment --body-file -
  seamwalk report latest --format html -o report.html  for whoever was not there
  seamwalk report latest --format json -o reports/     reports/web-shop-019ab5e2.json
  seamwalk report latest --format junit -o junit.xml   for the CI server
  seamwalk report latest --format ses -o sheets/       sheets/et-ana-261123-a.ses
  seamwalk report 019ab5e2 019ac001 latest --format csv -o sessions.csv";

/// What a script that compares has to know.
pub(super) const COMPARE_CODES: &str = "\
Exit codes:
  0  no prompt newly fails
  1  at least one newly fails; or there is no such session, or the sessions are of
     different plans: then nothing is on standard output

Examples:
  seamwalk compare 019ab5e2 latest
  seamwalk compare 019ab5e2 latest --format json | jq -r '.newly_failing[].text'
  seamwalk compare 019ab5e2 latest > changes.txt || echo 'do not release'";

/// The JSON of a trend.
pub(super) const TREND_JSON: &str = "\
With --format json, counts are of the prompts that belong to the session, and points are
integration points; more keys may follow:
  {\"format\": \"seamwalk.trend/1\", \"plan\": {\"id\": ..., \"title\": \"Web shop\"},
   \"sessions\": [{\"session\": ..., \"tester\": \"ana\", \"fields\": {\"build\": \"4f2c\"},
     \"started_at\": ..., \"ended_at\": null, \"counts\": {\"untested\": 24, \"pass\": 28, ...},
     \"newly_failing\": 1, \"fixed\": 2, \"walked_ms\": 1450000,
     \"points\": {\"tested\": 5, \"untested\": 2, \"without_prompt\": 1}}]}

Examples:
  seamwalk trend
  seamwalk trend web-shop.md --format json | jq -r '.sessions[] | [.started_at, .newly_failing] | @csv'";

/// What a script that looks after a database has to know.
pub(super) const DOCTOR_CODES: &str = "\
Exit codes:
  0  nothing is wrong, or what was asked for is done
  1  something should be done, or something cannot be had any more: it is said what
  4  something is damaged, or the database cannot be used

Examples:
  seamwalk doctor
  seamwalk doctor --backup ~/seamwalk-$(date +%F).db
  seamwalk doctor --recover recovered.db";

/// The exit codes as a table for people.
#[must_use]
pub(super) fn exit_codes() -> String {
    let lines: Vec<String> = Exit::ALL.iter().map(|(exit, meaning)| format!("  {exit}  {meaning}")).collect();
    format!("Exit codes:\n{}", lines.join("\n"))
}

/// Both, below the help of the program itself.
pub(super) fn after_long_help() -> String {
    format!("{EXAMPLES}\n\n{}", exit_codes())
}
