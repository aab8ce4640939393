//! Plans of any size, the same ones on every machine: what a real plan has, in about the shares that real plans have it.

/// Prompts below one heading.
const SECTION: usize = 20;

const THINGS: [&str; 12] = [
    "the order",
    "the invoice",
    "a cart",
    "the customer",
    "a coupon",
    "the stock",
    "a refund",
    "the mail",
    "the session",
    "a payment",
    "the parcel",
    "the report",
];
const DEEDS: [&str; 10] = [
    "is saved",
    "is shown at once",
    "survives a restart",
    "is refused with a reason",
    "arrives within a second",
    "can be taken back",
    "is written to the log",
    "is sent once only",
    "keeps its number",
    "is found by its name",
];
const MOMENTS: [&str; 8] = [
    "after a time-out",
    "while the queue is full",
    "when two testers click",
    "with an empty field",
    "on a slow line",
    "after midnight",
    "when the clock steps back",
    "with a name of 200 letters",
];
const PARTS: [&str; 9] =
    ["cart", "inventory", "billing", "mailer", "search", "login", "shipping", "ledger", "gateway"];
/// How many components a plan has that is long enough.
const COMPONENTS: usize = 200;
const KINDS: [&str; 4] = ["http", "queue", "database", "mail"];
const TAGS: [&str; 5] = ["critical", "slow", "smoke", "mobile", "release-2"];

/// Numbers that look like chance and are always the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.next() % list.len()]
    }
}

/// A Markdown plan of `prompts` prompts: a heading every 20, most of them integration points; a tag on every fifth
/// prompt, an expectation, a detail or a command on some.
pub(crate) fn plan(prompts: usize) -> String {
    let mut dice = Dice(7);
    let mut plan = String::from("# A large shop\n");
    for n in 0..prompts {
        if n % (SECTION * 10) == 0 {
            plan.push_str(&format!("\n## Area {}\n", n / (SECTION * 10) + 1));
        }
        if n % SECTION == 0 {
            plan.push_str(&heading(&mut dice, n / SECTION + 1));
        }
        plan.push_str(&prompt(&mut dice, n + 1));
    }
    plan
}

fn heading(dice: &mut Dice, number: usize) -> String {
    if number.is_multiple_of(4) {
        return format!("\n### {} {number}\n\n", dice.of(&["Error conditions", "Boundary cases", "Screens"]));
    }
    let kind = dice.of(&KINDS);
    // Calls go one way, so that each component is added in a stage of its own.
    let from = dice.next() % (COMPONENTS - 1);
    let to = from + 1 + dice.next() % (COMPONENTS - 1 - from);
    format!("\n### {} -> {} ({kind})\n\n", component(from), component(to))
}

fn component(number: usize) -> String {
    format!("{}-{number}", PARTS[number % PARTS.len()])
}

fn prompt(dice: &mut Dice, number: usize) -> String {
    let mut line = format!("- {} {number} {} {}", dice.of(&THINGS), dice.of(&DEEDS), dice.of(&MOMENTS));
    if dice.next().is_multiple_of(5) {
        line.push_str(&format!(" #{}", dice.of(&TAGS)));
    }
    line.push('\n');
    match dice.next() % 40 {
        0 => line.push_str("  Look at the row in the ledger as well.\n"),
        1 => line.push_str("  Expected: one row, and no second mail.\n"),
        2 => line.push_str("  ```sh\n  curl -s localhost:8080/health\n  ```\n"),
        _ => {}
    }
    line
}
