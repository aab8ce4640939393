//! `seamwalk report` as a shell sees it: where it goes, what is refused, and that no half report is ever left behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use seamwalk::domain::verdict::Verdict;
use seamwalk::error::Exit;
use seamwalk::format::report::Form;

use super::fixture::Shop;
use crate::cli::Place;

fn database(shop: &Shop) -> String {
    shop.store.path().display().to_string()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn it_goes_to_standard_output_or_into_a_file_whose_name_is_said() {
    let (shop, place) = (Shop::filled(), Place::new());
    let db = database(&shop);
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().display().to_string();
    let printed = place.run(&["--db", &db, "report", "2000"]).clean();
    assert!(printed.starts_with("## ✗ Web shop: 3 prompts fail\n"), "{printed}");
    for form in Form::ALL {
        let printed = place.run(&["--db", &db, "report", "2000", "--format", form.word()]).clean();
        let said =
            place.run(&["--db", &db, "report", "2000", "--format", form.word(), "-o", &reports]).clean();
        assert_eq!(fs::read_to_string(said.trim_end()).unwrap(), printed, "{form:?}");
    }
    let expected = [
        "et-ana-261123-a.ses",
        "web-shop-20000000.csv",
        "web-shop-20000000.ctrf.json",
        "web-shop-20000000.html",
        "web-shop-20000000.json",
        "web-shop-20000000.junit.xml",
        "web-shop-20000000.md",
        "web-shop-20000000.tap",
        "web-shop-20000000.testpad.csv",
    ];
    assert_eq!(names(folder.path()), expected);
}

#[test]
fn the_language_and_the_zone_of_the_machine_change_no_byte() {
    let (shop, place) = (Shop::filled(), Place::new());
    for form in Form::ALL {
        let args = ["--db", &database(&shop), "report", "2000", "--format", form.word()];
        let report = |lang: &str, zone: &str| {
            let mut command = place.command(&args);
            let output = command.env("LC_ALL", lang).env("LANG", lang).env("TZ", zone).output().unwrap();
            assert!(output.status.success());
            output.stdout
        };
        let plain = report("C", "UTC");
        for (lang, zone) in [("tr_TR.UTF-8", "Asia/Kolkata"), ("de_DE", "America/St_Johns"), ("", "")] {
            assert!(report(lang, zone) == plain, "{form:?} under {lang}, {zone}");
        }
    }
}

#[test]
fn what_a_form_cannot_tell_is_refused_and_nothing_is_written() {
    let (shop, place) = (Shop::filled(), Place::new());
    let db = database(&shop);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r").display().to_string();
    let refused = |args: &[&str], exit: Exit| {
        let all = [&["--db", &db, "report"], args].concat();
        let ended = place.run(&all).exits(exit);
        assert_eq!(ended.stdout, "", "{args:?}");
        assert!(names(folder.path()).is_empty(), "{args:?}");
        ended.stderr
    };
    let said = refused(&["1000", "2000", "--format", "ses", "-o", &file], Exit::USAGE);
    assert_eq!(said, "seamwalk: ses: its form holds one session, and 2 were named: ask for each by itself\n");
    let said = refused(&["2000", "--format", "csv", "--full"], Exit::USAGE);
    assert!(said.contains("--full is for people"), "{said}");
    let said = refused(&["9999", "-o", &file], Exit::PROBLEM);
    assert!(said.contains("9999"), "{said}");
    let said = refused(&["2000", "-o", &format!("{file}/nowhere/x.md")], Exit::OUTPUT);
    assert!(said.contains("make it first"), "{said}");
    let before = fs::read(&db).unwrap();
    let said = refused(&["2000", "-o", &db], Exit::OUTPUT);
    assert!(said.contains("that is the database itself"), "{said}");
    assert_eq!(fs::read(&db).unwrap(), before);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    use std::io::Read as _;
    let mut shop = Shop::of(&format!("# Big\n\n{}", "- A prompt that is one of many\n".repeat(20_000)));
    let start = shop.start_of("ana");
    shop.start(2, start, 0);
    let mark = shop.mark("A prompt", Verdict::Fail, &[]);
    shop.append(2, vec![(1, vec![mark])]);
    let place = Place::new();
    for form in ["json", "csv", "junit", "ctrf", "testpad", "tap"] {
        let mut child =
            place.command(&["--db", &database(&shop), "report", "latest", "--format", form]).spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{form}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{form}");
    }
}

/// Each call that writing a file is made of fails or kills once: what is there afterwards is the old file or the new one.
#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "whoever reads the output has to know that it was skipped")]
fn a_failing_call_leaves_the_old_report_or_the_new_one() {
    if Command::new("strace").arg("-V").output().is_err() {
        eprintln!("skipped: strace is not installed");
        return;
    }
    let (shop, place) = (Shop::filled(), Place::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let args =
        ["--db", &database(&shop), "report", "2000", "--format", "json", "-o", &file.display().to_string()];
    place.run(&args).clean();
    let new = fs::read_to_string(&file).unwrap();
    let binary = place.command(&args).get_program().to_owned();
    for (calls, effect) in [
        ("fsync,fdatasync", "error=EIO"),
        ("rename,renameat,renameat2", "error=ENOSPC"),
        ("write", "error=ENOSPC"),
        ("fsync,fdatasync", "signal=SIGKILL"),
        ("rename,renameat,renameat2", "signal=SIGKILL"),
        ("write", "signal=SIGKILL"),
    ] {
        for number in 1..=4 {
            fs::write(&file, "old").unwrap();
            let output = Command::new("strace")
                .args(["-f", "-qq", "-o", "/dev/null", "-P"])
                .arg(folder.path())
                .arg("-P")
                .arg(&file)
                .args(["-e", &format!("inject={calls}:{effect}:when={number}")])
                .arg(&binary)
                .args(args)
                .output()
                .unwrap();
            let after = fs::read_to_string(&file).unwrap();
            assert!(after == "old" || after == new, "{calls} {effect} {number}: {} bytes", after.len());
            if output.status.success() {
                assert_eq!(after, new, "{calls} {effect} {number}: said to be written");
            }
        }
    }
}
