//! `seamwalk walk`: the options of a walk as typed, and what was meant by them.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{refused, strategies, walkable};
use crate::cli::{choices, values};
use crate::domain::retest::USUAL;
use crate::domain::strategy::Strategy;
use crate::domain::verdict::Verdict;
use crate::opening::{Choices, RetestOf};

#[derive(Debug, Args)]
pub(super) struct TypedWalk {
    /// Plan to walk
    #[arg(value_hint = clap::ValueHint::FilePath)]
    plan: PathBuf,
    /// Start a new session even if one is open
    #[arg(long)]
    new: bool,
    /// Walk once more what did not work in SESSION: an id, the beginning of one, or `latest`
    ///
    /// A session of its own with just the prompts that failed there, were blocked or inconclusive, and those that they
    /// blocked. It takes over what stands for the components, the fields without the build, and the strategy. An open
    /// retest of the same prompts goes on unless --new is given.
    #[arg(long, value_name = "SESSION")]
    retest: Option<String>,
    /// Verdicts that are walked once more, like --verdict fail,skip [default: fail,blocked,inconclusive]
    #[arg(long = "verdict", value_name = "VERDICTS", value_delimiter = ',', requires = "retest", value_parser = verdicts())]
    verdicts: Vec<Verdict>,
    /// Who walks [default: git's user.name, else the login name]
    #[arg(long, value_name = "NAME")]
    tester: Option<String>,
    /// The session's mission, in one sentence, like "Explore the cart with two tabs to discover lost updates"
    #[arg(long, value_name = "TEXT", value_parser = values::charter)]
    charter: Option<String>,
    /// What to say of the environment, like build=4f2c; may be repeated
    #[arg(long = "field", value_name = "K=V")]
    fields: Vec<String>,
    /// Folder whose build is tested: sets the field build to what `git describe --always --dirty` says there
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    build_from: Option<PathBuf>,
    /// Only prompts with this tag
    #[arg(long, value_name = "TAG")]
    only: Option<String>,
    /// How long the session may take, like 90m or 1h30m; the header shows when it is nearly over
    #[arg(long, value_name = "DURATION", value_parser = values::time_box)]
    timebox: Option<u64>,
    /// Components that are themselves, like --real web,cart
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    real: Vec<String>,
    /// Components for which a fake stands in, with its name if it has one, like --fake payments=stripe-mock,mail
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    fake: Vec<String>,
    /// Components that are not there
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    absent: Vec<String>,
    /// What orders the walk
    #[arg(long, value_name = "STRATEGY", value_parser = strategies())]
    strategy: Option<Strategy>,
}

impl TypedWalk {
    /// Which plan, and what was chosen for its walk.
    pub(super) fn meant(self) -> Result<(PathBuf, Choices), clap::Error> {
        let TypedWalk {
            plan,
            new,
            retest,
            verdicts,
            tester,
            charter,
            fields,
            build_from,
            only,
            timebox,
            real,
            fake,
            absent,
            strategy,
        } = self;
        let components = choices::component_states(real, fake, absent).map_err(refused)?;
        let fields = choices::fields(fields).map_err(refused)?;
        if build_from.is_some() && fields.contains_key("build") {
            return Err(refused(
                "--field build and --build-from both name the build: leave one out".to_owned(),
            ));
        }
        let only = only.map(|tag| tag.trim().trim_start_matches('#').to_lowercase());
        if only.as_deref() == Some("") {
            return Err(refused("--only needs a tag, like --only critical".to_owned()));
        }
        let said = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let (tester, charter) = (said(tester), said(charter));
        let time_box_ms = timebox;
        let verdicts = if verdicts.is_empty() { USUAL.to_vec() } else { verdicts };
        let retest = retest.map(|session| RetestOf { session, verdicts });
        let choices = Choices {
            new,
            retest,
            tester,
            charter,
            fields,
            build_from,
            only,
            time_box_ms,
            components,
            strategy,
        };
        Ok((walkable(plan)?, choices))
    }
}

/// The words of the verdicts, so that help and completions list them.
fn verdicts() -> impl TypedValueParser<Value = Verdict> {
    PossibleValuesParser::new(Verdict::ALL.map(Verdict::word)).try_map(|word| word.parse::<Verdict>())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{refusal, task};
    use super::{RetestOf, USUAL, Verdict};
    use crate::cli::args::Task;

    #[test]
    fn a_retest_is_of_what_did_not_work_unless_verdicts_are_named() {
        let retest = |line: &str| match task(line) {
            Task::Walk { choices, .. } => choices.retest,
            other => panic!("{line}: {other:?}"),
        };
        let of = |verdicts: &[Verdict]| {
            Some(RetestOf { session: "latest".to_owned(), verdicts: verdicts.to_vec() })
        };
        assert_eq!(retest("walk p.md"), None);
        assert_eq!(retest("walk p.md --retest latest"), of(&USUAL));
        let line = "walk p.md --retest latest --verdict fail,skip --verdict untested";
        assert_eq!(retest(line), of(&[Verdict::Fail, Verdict::Skip, Verdict::Untested]));
        assert!(refusal("walk p.md --verdict fail").contains("--retest <SESSION>"));
        assert!(refusal("walk p.md --retest latest --verdict failed").contains("inconclusive"));
        assert!(refusal("walk p.md --retest").contains("--retest"));
    }

    #[test]
    fn choices_of_a_walk_are_read_and_checked() {
        let line = "walk p.md --new --tester ana --field build=4f2c --field env=a=b --only #Critical";
        let Task::Walk { choices, .. } = task(line) else { panic!("no walk") };
        assert!(choices.new);
        assert_eq!(choices.tester.as_deref(), Some("ana"));
        assert_eq!(choices.only.as_deref(), Some("critical"));
        assert_eq!(choices.fields["build"], "4f2c");
        assert_eq!(choices.fields["env"], "a=b");
        assert!(refusal("walk p.md --field build").contains("--field build: say it like build=4f2c"));
        assert!(refusal("walk p.md --field =x").contains("say it like"));
        assert!(refusal("walk p.md --field a=1 --field a=2").contains("twice"));
        assert!(refusal("walk p.md --only #").contains("needs a tag"));
    }

    #[test]
    fn what_stands_for_components_is_said_once_each() {
        let line = "walk p.md --real web,cart --real auth --fake pay=stripe-mock,mail --absent depot";
        let Task::Walk { choices, .. } = task(line) else { panic!("no walk") };
        let said: Vec<String> =
            choices.components.iter().map(|(name, state)| format!("{name} {state}")).collect();
        let expected =
            ["auth real", "cart real", "depot absent", "mail fake", "pay fake: stripe-mock", "web real"];
        assert_eq!(said, expected);
        for (line, message) in [
            ("--real a --fake a=x", "a is said to be real and fake: x: say it once"),
            ("--absent a --real b,a", "a is said to be real and absent: say it once"),
            ("--fake a,a=x", "a is said to be fake and fake: x: say it once"),
            ("--real a,,b", "a component without a name is said to be real: leave the comma out"),
            ("--fake =x", "a component without a name is said to be fake: x"),
        ] {
            let said = refusal(&format!("walk p.md {line}"));
            assert!(said.contains(message), "{line}: {said}");
        }
    }

    #[test]
    fn the_build_is_named_by_the_tester_or_by_git_and_not_by_both() {
        let Task::Walk { choices, .. } = task("walk p.md --build-from ../shop --field env=x") else {
            panic!("no walk")
        };
        assert_eq!(choices.build_from, Some("../shop".into()));
        let both = refusal("walk p.md --build-from . --field build=4f2c");
        assert!(both.contains("--field build and --build-from both name the build"), "{both}");
    }
}
