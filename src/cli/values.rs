//! What single values of the command line mean, in words for the one who typed them.

use crate::domain::session::{MAX_CHARTER_CHARS, Refusal, SHORTEST_BOX_MS, one_sentence};
use crate::domain::time::parse_duration;

/// A charter in one line.
///
/// # Errors
///
/// Why it cannot be one.
pub fn charter(text: &str) -> Result<String, String> {
    let charter = one_sentence(text).unwrap_or_default();
    if charter.chars().count() > MAX_CHARTER_CHARS {
        return Err(Refusal::CharterTooLong.to_string());
    }
    Ok(charter)
}

/// A time box in milliseconds.
///
/// # Errors
///
/// Why it cannot be one.
pub fn time_box(text: &str) -> Result<u64, String> {
    match parse_duration(text) {
        Some(ms) if ms >= SHORTEST_BOX_MS => Ok(ms),
        Some(_) => Err(Refusal::EmptyTimeBox.to_string()),
        None => Err("no duration: say it like 90m or 1h30m".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_says_how_it_should_be() {
        assert_eq!(charter(" Explore\nthe cart "), Ok("Explore the cart".to_owned()));
        assert!(charter(&"x".repeat(MAX_CHARTER_CHARS + 1)).unwrap_err().contains("one sentence"));
        assert_eq!(time_box("1h30m"), Ok(5_400_000));
        assert!(time_box("0").unwrap_err().contains("at least a second"));
        assert!(time_box("soon").unwrap_err().contains("like 90m"));
    }
}
