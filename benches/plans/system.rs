//! A generated plan about a system of many components.

/// `plan` with the headings above its prompts changed: each is a connection between two of `components` components.
pub(crate) fn system(plan: &str, components: usize) -> String {
    let mut out = String::with_capacity(plan.len());
    let mut number = 0_usize;
    for line in plan.lines() {
        if line.starts_with("### ") {
            // Strides without a common divisor spread the connections over all components.
            let (from, to) = (number * 7 % components, number * number * 3 % components);
            let kind = ["http", "queue", "database"][number % 3];
            out.push_str(&format!("### service-{from:03} -> service-{to:03} ({kind})\n"));
            number += 1;
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
