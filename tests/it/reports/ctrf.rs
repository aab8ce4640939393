//! CTRF against its published schema, which allows no properties beside its own.

use jsonschema::Validator;
use seamwalk::format::report::{Extent, Form};
use seamwalk::reporting::Stored;
use serde_json::{Value, json};

use super::fixture::{Shop, session_id};

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(include_str!("assets/ctrf-schema-0.0.json")).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Fails where the schema finds something wrong.
pub(super) fn check(report: &str) -> Value {
    let report: Value = serde_json::from_str(report).unwrap();
    let errors: Vec<String> =
        schema().iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

#[test]
fn the_published_schema_takes_it() {
    let shop = Shop::filled();
    for session in [1, 2, 3] {
        check(&shop.report(Form::Ctrf, Extent::Usual, &[session]));
    }
    let mut report = check(&shop.report(Form::Ctrf, Extent::Usual, &[2]));
    report["results"]["tests"][0]["verdict"] = json!("fail");
    assert!(!schema().is_valid(&report), "the schema notices what is not its own");
}

#[test]
fn each_verdict_has_its_word_and_only_a_pass_after_a_fail_is_flaky() {
    let shop = Shop::filled();
    let report = check(&shop.report(Form::Ctrf, Extent::Usual, &[2]));
    let summary = &report["results"]["summary"];
    let counts = ["tests", "passed", "failed", "skipped", "pending", "other", "flaky"]
        .map(|key| summary[key].as_u64());
    assert_eq!(counts, [12, 4, 3, 1, 2, 2, 1].map(Some));
    let tests = report["results"]["tests"].as_array().unwrap();
    let test =
        |text: &str| tests.iter().find(|test| test["name"].as_str().unwrap().starts_with(text)).unwrap();
    for (text, outcome, raw) in [
        ("Adding", "failed", "fail"),
        ("Removing", "passed", "pass"),
        ("Inventory", "other", "inconclusive"),
        ("Two carts", "skipped", "skip"),
        ("A refund", "other", "blocked"),
        ("Typing", "pending", "untested"),
    ] {
        assert_eq!((&test(text)["status"], &test(text)["rawStatus"]), (&json!(outcome), &json!(raw)));
    }
    let flaky: Vec<&Value> = tests.iter().filter(|test| test["flaky"] == true).collect();
    assert_eq!(flaky, [test("Removing")]);
    assert_eq!(test("Removing")["retryAttempts"][0]["status"], "failed");
    assert_eq!(test("The amount")["extra"]["ground"], "provisional");
    // The tester cleared its verdict: the mark before is an attempt, and nothing passed.
    assert_eq!(test("An old browser")["retryAttempts"].as_array().unwrap().len(), 1);
    assert!(test("An old browser").get("flaky").is_none());
    let again = check(&shop.report(Form::Ctrf, Extent::Usual, &[1]));
    let id = |report: &Value| report["results"]["tests"][0]["testId"].clone();
    assert_eq!(id(&report), id(&again), "a prompt is called the same in every session");
}

#[test]
fn several_sessions_are_refused_with_a_sentence() {
    let shop = Shop::filled();
    for form in Form::ALL.into_iter().filter(|form| !form.takes_several()) {
        let mut out = Vec::new();
        let mut sessions = Stored::new(&shop.store, &[session_id(1), session_id(2)]).unwrap();
        let refused = sessions.write(form, Extent::Usual, &mut out).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("{}: its form holds one session, and 2 were named: ask for each by itself", form.word())
        );
        assert!(out.is_empty());
    }
}
