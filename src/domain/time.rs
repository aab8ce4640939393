//! Points in time as seamwalk keeps them: UTC with the offset that the tester's clock showed.
//!
//! The one module that knows chrono. It never reads the clock: the faces do, and pass the moment in.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, Datelike, FixedOffset, SecondsFormat, Timelike, Utc};

/// A moment, to the millisecond, with the offset from UTC of the place where it was taken.
///
/// Two are equal if they are the same moment, wherever they were taken. Kept as the numbers that the store has, since
/// most times of a million are counted with and never shown.
#[derive(Debug, Clone, Copy)]
pub struct Timestamp {
    unix_ms: i64,
    offset: FixedOffset,
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.unix_ms == other.unix_ms
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.unix_ms.cmp(&other.unix_ms)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.unix_ms.hash(state);
    }
}

/// The first and the last millisecond that a calendar has a day for, whatever the offset.
const SHOWN: [i64; 2] = {
    const DAY_MS: i64 = 86_400_000;
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    [first.timestamp_millis() + DAY_MS, last.timestamp_millis() - DAY_MS]
};

impl Timestamp {
    /// `unix_ms` milliseconds after 1970-01-01T00:00Z, seen from `offset_min` minutes east of Greenwich.
    ///
    /// `None` outside the years that can be shown anywhere on earth, or for an offset of a day or more.
    #[must_use]
    pub fn from_unix_ms(unix_ms: i64, offset_min: i32) -> Option<Self> {
        let offset = FixedOffset::east_opt(offset_min.checked_mul(60)?)?;
        (SHOWN[0]..=SHOWN[1]).contains(&unix_ms).then_some(Self { unix_ms, offset })
    }

    /// The moment that a clock shows, cut to the millisecond.
    #[must_use]
    pub fn from_clock(now: DateTime<FixedOffset>) -> Self {
        Self { unix_ms: now.timestamp_millis(), offset: *now.offset() }
    }

    /// As a calendar has it.
    fn shown(self) -> DateTime<FixedOffset> {
        // It is in range: that was looked at when it was made.
        DateTime::<Utc>::from_timestamp_millis(self.unix_ms).unwrap_or_default().with_timezone(&self.offset)
    }

    /// Milliseconds after 1970-01-01T00:00Z.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// Minutes east of Greenwich.
    #[must_use]
    pub fn offset_min(self) -> i32 {
        self.offset.local_minus_utc() / 60
    }

    /// Milliseconds from `earlier` to here; 0 if the clock went backwards in between.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        u64::try_from(self.unix_ms().saturating_sub(earlier.unix_ms())).unwrap_or(0)
    }

    /// RFC 3339 with milliseconds and offset, as in JSON: `2026-11-23T14:02:11.042+01:00`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let mut text = String::with_capacity(29);
        self.push_rfc3339(&mut text);
        text
    }

    /// Appends what [`Timestamp::rfc3339`] gives to `text`: a table has a million of them.
    pub fn push_rfc3339(self, text: &mut String) {
        let shown = self.shown();
        let local = shown.naive_local();
        let offset_s = self.offset.local_minus_utc();
        let Some(year) = u32::try_from(local.year()).ok().filter(|year| *year <= 9999 && offset_s % 60 == 0)
        else {
            return text.push_str(&shown.to_rfc3339_opts(SecondsFormat::Millis, true));
        };
        let offset_min = offset_s.unsigned_abs() / 60;
        let mut form = *b"0000-00-00T00:00:00.000+00:00";
        let mut put = |at: usize, number: u32| {
            form[at] = b'0' + (number / 10) as u8;
            form[at + 1] = b'0' + (number % 10) as u8;
        };
        let ms = local.nanosecond() / 1_000_000;
        put(0, year / 100);
        put(2, year % 100);
        put(5, local.month());
        put(8, local.day());
        put(11, local.hour());
        put(14, local.minute());
        put(17, local.second());
        put(20, ms / 10);
        put(24, offset_min / 60);
        put(27, offset_min % 60);
        form[22] = b'0' + (ms % 10) as u8;
        let form = match offset_s {
            0 => {
                form[23] = b'Z';
                &form[..24]
            }
            1.. => &form[..],
            _ => {
                form[23] = b'-';
                &form[..]
            }
        };
        text.push_str(str::from_utf8(form).unwrap_or_default());
    }

    /// RFC 3339 with seconds and offset, for forms that know no smaller unit: `2026-11-23T14:02:11+01:00`.
    #[must_use]
    pub fn rfc3339_seconds(self) -> String {
        self.shown().to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// Date, time of day and offset for people elsewhere: `2026-11-23 14:02 +01:00`.
    #[must_use]
    pub fn date_hour_minute_offset(self) -> String {
        self.shown().format("%Y-%m-%d %H:%M %:z").to_string()
    }

    /// The date where it was taken, as short as names of files have it: `261123`.
    #[must_use]
    pub fn yymmdd(self) -> String {
        self.shown().format("%y%m%d").to_string()
    }

    /// Date and time of day as session sheets have them: `11/23/26 2:02pm`.
    #[must_use]
    pub fn month_day_year(self) -> String {
        self.shown().format("%-m/%-d/%y %-I:%M%P").to_string()
    }

    /// The time of day where it was taken: `14:02`.
    #[must_use]
    pub fn hour_minute(self) -> String {
        self.shown().format("%H:%M").to_string()
    }

    /// Date and time of day where it was taken: `2026-11-23 14:02`.
    #[must_use]
    pub fn date_hour_minute(self) -> String {
        self.shown().format("%Y-%m-%d %H:%M").to_string()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// How long ago `then` was, in the largest unit that fits: `just now`, `5 min ago`, `3 days ago`.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.ms_since(then) / 60_000;
    let plural = |n: u64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1440 => plural(minutes / 60, "hour"),
        1440..44_640 => plural(minutes / 1440, "day"),
        44_640..525_600 => plural(minutes / 43_200, "month"),
        _ => plural(minutes / 525_600, "year"),
    }
}

/// How long ago `then` was, in four cells at most: `now`, `59m`, `23h`, `30d`, `11mo`, `99y`.
#[must_use]
pub fn age(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.ms_since(then) / 60_000;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes}m"),
        60..1440 => format!("{}h", minutes / 60),
        1440..44_640 => format!("{}d", minutes / 1440),
        44_640..525_600 => format!("{}mo", minutes / 43_200),
        _ => format!("{}y", (minutes / 525_600).min(99)),
    }
}

/// A duration as a walk shows it: `4:10` below an hour, `1:04:10` above.
#[must_use]
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// A duration as [`parse_duration`] reads it, to the minute: `45m`, `1h30m`; `90s` where that would not say it.
#[must_use]
pub fn spoken(ms: u64) -> String {
    let minutes = ms / 60_000;
    match (minutes / 60, minutes % 60) {
        _ if !ms.is_multiple_of(60_000) => format!("{}s", ms / 1000),
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// The milliseconds that people mean by `90m`, `1h30m`, `1 h 30 min`, `1:30` (hours and minutes), `45` (minutes) or
/// `90s`; `None` if it is no duration.
#[must_use]
pub fn parse_duration(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    if let Some((hours, minutes)) = text.split_once(':') {
        let minutes = minutes.parse::<u64>().ok().filter(|minutes| *minutes < 60)?;
        return hours.parse::<u64>().ok()?.checked_mul(60)?.checked_add(minutes)?.checked_mul(60_000);
    }
    let mut total_ms: Option<u64> = None;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit_ms = match unit {
            "s" | "sec" | "second" | "seconds" => 1000,
            "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
            "h" | "hour" | "hours" => 3_600_000,
            // A bare number is minutes, if it is alone.
            "" if after.is_empty() && total_ms.is_none() => 60_000,
            _ => return None,
        };
        let part_ms = number.parse::<u64>().ok()?.checked_mul(unit_ms)?;
        total_ms = Some(total_ms.unwrap_or(0).checked_add(part_ms)?);
        rest = after.trim_start();
    }
    total_ms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let minutes = [
            ("90m", 90),
            ("90", 90),
            (" 1h30m ", 90),
            ("1 h 30 min", 90),
            ("1:30", 90),
            ("0:05", 5),
            ("2 hours", 120),
            ("1H", 60),
            ("120s", 2),
            ("0", 0),
        ];
        for (text, minutes) in minutes {
            assert_eq!(parse_duration(text), Some(minutes * 60_000), "{text}");
        }
        for ms in [90_000, 60_000, 3_600_000, 5_400_000] {
            assert_eq!(parse_duration(&spoken(ms)), Some(ms));
        }
        for wrong in
            ["", "soon", "-5m", "1.5h", "1h 30", "1:75", "m", "5 parsecs", "99999999999999999999h", "1:2:3"]
        {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(ms, 60).unwrap()
    }

    #[test]
    fn a_timestamp_shows_the_place_it_was_taken_at() {
        let time = at(1_795_442_531_042);
        assert_eq!(time.unix_ms(), 1_795_442_531_042);
        assert_eq!(time.offset_min(), 60);
        assert!(time.rfc3339().ends_with("+01:00"), "{time}");
        assert_eq!(Timestamp::from_unix_ms(i64::MAX, 0), None);
        for bound in SHOWN {
            assert_eq!(Timestamp::from_unix_ms(bound.signum() + bound, 0), None);
            for offset_min in [-1439, 0, 1439] {
                let time = Timestamp::from_unix_ms(bound, offset_min).unwrap();
                let said = [
                    time.rfc3339(),
                    time.to_string(),
                    time.date_hour_minute(),
                    time.date_hour_minute_offset(),
                ];
                assert!(said.iter().all(|said| said.contains("26214")), "{said:?}");
            }
        }
        assert_eq!(Timestamp::from_unix_ms(0, 60 * 24), None);
    }

    #[test]
    fn a_time_in_full_is_as_the_calendar_has_it() {
        let day_ms = 86_400_000;
        let far = [-1_i64, 0, 1, 59_999, 951_782_400_000 + 1, -62_167_219_200_000, 253_402_300_799_999];
        let spread = (0..2_000).map(|n| -62_300_000_000_000 + n * (157 * day_ms + 3_723_457));
        for ms in far.into_iter().chain(spread) {
            for offset_min in [0, 60, -30, -570, 845, 1439, -1439] {
                let time = Timestamp::from_unix_ms(ms, offset_min).unwrap();
                let expected = time.shown().to_rfc3339_opts(SecondsFormat::Millis, true);
                assert_eq!(time.rfc3339(), expected, "{ms} {offset_min}");
            }
        }
    }

    #[test]
    fn a_moment_is_the_same_wherever_it_was_taken() {
        let [here, there] = [60, -300].map(|offset_min| Timestamp::from_unix_ms(7, offset_min).unwrap());
        assert_eq!(here, there);
        assert!(here.max(at(6)) == there && at(8) > there);
        assert_ne!(here.to_string(), there.to_string());
    }

    #[test]
    fn forms_get_a_time_as_they_want_it() {
        let time = at(1_795_442_531_042);
        assert_eq!(time.rfc3339_seconds(), "2026-11-23T15:02:11+01:00");
        assert_eq!(time.date_hour_minute_offset(), "2026-11-23 15:02 +01:00");
        assert_eq!((time.yymmdd().as_str(), time.month_day_year().as_str()), ("261123", "11/23/26 3:02pm"));
        let midnight = Timestamp::from_unix_ms(1_767_225_600_000, 0).unwrap();
        assert_eq!(midnight.month_day_year(), "1/1/26 12:00am");
    }

    #[test]
    fn a_clock_that_steps_back_gives_no_negative_duration() {
        assert_eq!(at(0).ms_since(at(5)), 0);
        assert_eq!(ago(at(60_000), at(0)), "just now");
    }

    #[test]
    fn ages_are_said_in_the_largest_unit() {
        let cases = [
            (59_999, "just now"),
            (60_000, "1 min ago"),
            (3_600_000, "1 hour ago"),
            (7_200_000, "2 hours ago"),
            (86_400_000, "1 day ago"),
            (86_400_000 * 40, "1 month ago"),
            (86_400_000 * 800, "2 years ago"),
        ];
        for (ms, said) in cases {
            assert_eq!(ago(at(0), at(ms)), said);
        }
    }

    #[test]
    fn an_age_takes_four_cells_at_most() {
        let cases = [
            (59_999, "now"),
            (3_599_999, "59m"),
            (86_399_999, "23h"),
            (86_400_000 * 31 - 1, "30d"),
            (86_400_000 * 31, "1mo"),
            (86_400_000 * 364, "12mo"),
            (86_400_000 * 800, "2y"),
            (86_400_000 * 365 * 400, "99y"),
        ];
        for (ms, said) in cases {
            assert_eq!(age(at(0), at(ms)), said);
            assert!(said.len() <= 4);
        }
    }

    #[test]
    fn durations_grow_an_hour_when_they_need_one() {
        assert_eq!(clock(250_000), "4:10");
        assert_eq!(clock(3_850_000), "1:04:10");
    }
}
