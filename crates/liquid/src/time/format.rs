//! `strftime`, as Ruby has it.

use jiff::Zoned;
use jiff::civil::Weekday;

use crate::error::{Error, Result};
use crate::out::Out;

/// Fields are padded to at most so many places.
const WIDEST: usize = 1024;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// What stands between the percent sign and the letter.
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `-`: no padding.
    bare: bool,
    upper: bool,
    swap: bool,
    /// `0` or `_`.
    pad: Option<char>,
    width: Option<usize>,
    colons: usize,
}

/// Writes a time in a format.
///
/// # Errors
/// The format ends within a field.
pub(crate) fn write(time: &Zoned, format: &str, out: &mut Out) -> Result<()> {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let field = &rest[at..];
        let Some((flags, letter, len)) = parse_field(field) else {
            return Err(Error::argument(format!("invalid format: {format}")));
        };
        if !write_field(time, flags, letter, out) {
            out.push_str(&field[..len]);
        }
        rest = &field[len..];
    }
    out.push_str(rest);
    Ok(())
}

/// The flags and the letter of a field, and how long it is; none if it does not
/// end.
fn parse_field(field: &str) -> Option<(Flags, char, usize)> {
    let mut flags = Flags::default();
    let mut width = String::new();
    for (at, letter) in field.char_indices().skip(1) {
        match letter {
            '-' if width.is_empty() => flags.bare = true,
            '^' if width.is_empty() => flags.upper = true,
            '#' if width.is_empty() => flags.swap = true,
            '0' | '_' if width.is_empty() => {
                flags.pad = Some(if letter == '0' { '0' } else { ' ' })
            }
            '0'..='9' => width.push(letter),
            ':' => flags.colons += 1,
            'E' | 'O' => {}
            _ => {
                if !width.is_empty() {
                    flags.width = Some(width.parse().unwrap_or(WIDEST).min(WIDEST));
                }
                return Some((flags, letter, at + letter.len_utf8()));
            }
        }
    }
    None
}

/// Writes one field; false if there is no such field.
fn write_field(time: &Zoned, flags: Flags, letter: char, out: &mut Out) -> bool {
    if write_number(time, flags, letter, out) {
        return true;
    }
    let nested = match letter {
        'c' => "%a %b %e %H:%M:%S %Y",
        'D' | 'x' => "%m/%d/%y",
        'F' => "%Y-%m-%d",
        'T' | 'X' => "%H:%M:%S",
        'R' => "%H:%M",
        'r' => "%I:%M:%S %p",
        'v' => "%e-%^b-%Y",
        _ => return write_text(time, flags, letter, out),
    };
    let mut text = Out::unlimited();
    if write(time, nested, &mut text).is_ok() {
        pad_text(text.as_str(), flags, out);
    }
    true
}

fn write_text(time: &Zoned, flags: Flags, letter: char, out: &mut Out) -> bool {
    let month = MONTHS[usize::from(time.month().unsigned_abs() - 1).min(11)];
    let weekday = weekday_name(time.weekday());
    let morning = time.hour() < 12;
    let text = match letter {
        'A' => weekday,
        'a' => &weekday[..3],
        'B' => month,
        'b' | 'h' => &month[..3],
        'p' if flags.swap => {
            return pad_text(if morning { "am" } else { "pm" }, flags.without_swap(), out);
        }
        'p' => {
            if morning {
                "AM"
            } else {
                "PM"
            }
        }
        'P' => {
            if morning {
                "am"
            } else {
                "pm"
            }
        }
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        'Z' => {
            return pad_text(&zone_name(time), flags, out);
        }
        'z' => return write_offset(time, flags, out),
        'N' | 'L' => return write_fraction(time, flags, letter, out),
        _ => return false,
    };
    pad_text(text, flags, out)
}

impl Flags {
    fn without_swap(self) -> Self {
        Flags {
            swap: false,
            ..self
        }
    }
}

/// The name of a zone; zones that are only an offset have none.
fn zone_name(time: &Zoned) -> String {
    if time.time_zone().iana_name().is_none() && time.time_zone() != &jiff::tz::TimeZone::UTC {
        return String::new();
    }
    time.strftime("%Z").to_string()
}

fn pad_text(text: &str, flags: Flags, out: &mut Out) -> bool {
    let text = if flags.upper || flags.swap {
        text.to_uppercase()
    } else {
        text.to_owned()
    };
    let width = flags.width.filter(|_| !flags.bare).unwrap_or(0);
    for _ in text.chars().count()..width {
        out.push(flags.pad.unwrap_or(' '));
    }
    out.push_str(&text);
    true
}

/// Writes a field that is a number; false if it is none.
fn write_number(time: &Zoned, flags: Flags, letter: char, out: &mut Out) -> bool {
    let hour12 = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let days = i64::from(time.day_of_year());
    let from_sunday = i64::from(time.weekday().to_sunday_zero_offset());
    let from_monday = i64::from(time.weekday().to_monday_zero_offset());
    let iso = time.date().iso_week_date();
    let (number, width, pad) = match letter {
        'Y' => (time.year().into(), if time.year() < 0 { 5 } else { 4 }, '0'),
        'C' => (i64::from(time.year()).div_euclid(100), 2, '0'),
        'y' => (i64::from(time.year()).rem_euclid(100), 2, '0'),
        'm' => (time.month().into(), 2, '0'),
        'd' => (time.day().into(), 2, '0'),
        'e' => (time.day().into(), 2, ' '),
        'j' => (days, 3, '0'),
        'H' => (time.hour().into(), 2, '0'),
        'k' => (time.hour().into(), 2, ' '),
        'I' => (hour12.into(), 2, '0'),
        'l' => (hour12.into(), 2, ' '),
        'M' => (time.minute().into(), 2, '0'),
        'S' => (time.second().into(), 2, '0'),
        's' => (time.timestamp().as_second(), 1, '0'),
        'u' => (from_monday + 1, 1, '0'),
        'w' => (from_sunday, 1, '0'),
        'G' => (iso.year().into(), 4, '0'),
        'g' => (i64::from(iso.year()).rem_euclid(100), 2, '0'),
        'V' => (iso.week().into(), 2, '0'),
        'U' => ((days + 6 - from_sunday) / 7, 2, '0'),
        'W' => ((days + 6 - from_monday) / 7, 2, '0'),
        _ => return false,
    };
    if !flags.bare
        && flags.width.is_none()
        && flags.pad.is_none()
        && pad == '0'
        && (0..100).contains(&number)
        && width == 2
    {
        out.push(char::from(b'0' + (number / 10) as u8));
        out.push(char::from(b'0' + (number % 10) as u8));
        return true;
    }
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    let width = if flags.bare {
        0
    } else {
        flags.width.unwrap_or(width)
    };
    let padding = width.saturating_sub(digits.len() + sign.len());
    let pad = flags.pad.unwrap_or(pad);
    if pad == '0' {
        out.push_str(sign);
    }
    for _ in 0..padding {
        out.push(pad);
    }
    if pad != '0' {
        out.push_str(sign);
    }
    out.push_str(&digits);
    true
}

fn write_fraction(time: &Zoned, flags: Flags, letter: char, out: &mut Out) -> bool {
    let digits = format!("{:09}", time.subsec_nanosecond());
    let places = flags.width.unwrap_or(if letter == 'L' { 3 } else { 9 });
    out.push_str(&digits[..places.min(9)]);
    for _ in 9..places {
        out.push('0');
    }
    true
}

fn write_offset(time: &Zoned, flags: Flags, out: &mut Out) -> bool {
    let seconds = time.offset().seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let rest = match flags.colons {
        0 => format!("{minutes:02}"),
        1 => format!(":{minutes:02}"),
        2 => format!(":{minutes:02}:{seconds:02}"),
        _ => match (minutes, seconds) {
            (0, 0) => String::new(),
            (_, 0) => format!(":{minutes:02}"),
            _ => format!(":{minutes:02}:{seconds:02}"),
        },
    };
    let width = flags
        .width
        .unwrap_or(0)
        .saturating_sub(rest.len() + 1)
        .max(2);
    if flags.pad == Some(' ') {
        let number = format!("{sign}{hours}");
        for _ in number.len()..=width {
            out.push(' ');
        }
        out.push_str(&number);
    } else {
        out.push(sign);
        out.push_str(&format!("{hours:0width$}"));
    }
    out.push_str(&rest);
    true
}
