//! What was real, from the command line through the walk to what is told of it.

use serde_json::{Value, json};

use super::{ESC, SIZE, World, quit, wait_on, wait_saved};

const SHOP: &str = "\
---
components: [{mail: absent}, web, cart, payments]
---
# Shop

## cart -> payments (http)

- Paying empties the cart
- Cancelling refunds

## web -> cart (http)

- Adding shows the new count
- Removing shows it as well

## cart -> mail (smtp)

- The receipt arrives

## Others

- Prices are shown
";

#[test]
fn what_was_real_is_kept_by_every_mark_and_told_by_every_command() {
    let world = World::new();
    let plan = world.write("shop.md", SHOP);
    let choices = ["--tester", "ana", "--real", "cart,web", "--fake", "payments=stripe-mock"];
    let args: Vec<&str> = ["walk", &plan].into_iter().chain(choices).collect();
    let mut pty = world.start(&args, SIZE, &[]);
    wait_saved(&pty, 0);
    pty.wait_for("payments fake: stripe-mock");
    pty.send("p");
    wait_on(&pty, "Cancelling refunds");
    pty.send("r\x1b[Br");
    pty.wait_for("payments is real");
    pty.send(ESC);
    for (key, next) in [
        ("p", "Adding shows the new count"),
        ("p", "Removing shows it as well"),
        ("f", "The receipt arrives"),
        ("p", "Prices are shown"),
        ("p", "Prices are shown"),
    ] {
        pty.send(key);
        wait_on(&pty, next);
    }
    wait_saved(&pty, 7);
    quit(pty);

    let session = world.session();
    let counts = &session["counts"];
    let told = ["pass", "pass_real", "pass_provisional", "fail"].map(|word| counts[word].as_u64().unwrap());
    assert_eq!(told, [5, 2, 2, 1], "{counts}");
    let ends: Vec<&Value> = session["prompts"].as_array().unwrap().iter().map(|p| &p["ends"]).collect();
    let both_real = json!({"from": "real", "to": "real"});
    assert_eq!(ends[0], &json!({"from": "real", "to": "fake", "to_fake": "stripe-mock"}));
    assert_eq!((ends[1], ends[3]), (&both_real, &both_real), "a fail keeps its ends as well");
    assert_eq!(ends[4], &json!({"from": "real", "to": "absent"}));
    assert_eq!(ends[5], &Value::Null);
    let provisional: Vec<bool> =
        session["prompts"].as_array().unwrap().iter().map(|p| p["provisional"].as_bool().unwrap()).collect();
    assert_eq!(provisional, [true, false, false, false, true, false]);
    let listed = &world.json(&["sessions", "--format", "json"])[0]["counts"];
    assert_eq!(listed, counts, "the list reads what the store keeps beside the events");
    let text = world.print(&["show", "latest"]);
    for told in ["≈ 2 provisional   2 for real", "payments fake: stripe-mock", "mail absent", "payments real"]
    {
        assert!(text.contains(told), "{told}:\n{text}");
    }
    assert!(world.print(&["sessions"]).contains("of the passes   ≈ 2 provisional   2 for real"));
}

#[test]
fn a_build_that_git_cannot_name_is_said_before_anything_is_drawn() {
    let world = World::new();
    let plan = world.write("shop.md", SHOP);
    let mut pty = world.start(&["walk", &plan, "--build-from", "nowhere"], SIZE, &[]);
    let code = pty.wait().exit_code();
    assert_eq!(code, 1, "{}", pty.screen());
    let said = pty.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("reading the build: there is no folder nowhere"), "{said}");
    super::assert_untouched(&pty);
}
