//! API versions: which release a request asks for, and which one answers.

/// The release whose interfaces are served.
const OLDEST_SERVED: &str = "2026-10";

/// What a version in an address means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(&'static str);

impl Version {
    /// The release that answers: `2026-10`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The release that answers a request for `asked`: older ones fall forward to the oldest served,
/// `unstable` is the newest; later ones and nonsense are unknown.
#[must_use]
pub fn served_version(asked: &str) -> Option<Version> {
    if asked == "unstable" || asked == OLDEST_SERVED {
        return Some(Version(OLDEST_SERVED));
    }
    let (year, month) = asked.split_once('-')?;
    let quarterly = matches!(month, "01" | "04" | "07" | "10");
    let year_is_number = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let known = quarterly && year_is_number && ("2019-04"..OLDEST_SERVED).contains(&asked);
    known.then_some(Version(OLDEST_SERVED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_releases_fall_forward_and_unknown_ones_are_unknown() {
        for asked in ["2026-10", "2025-01", "2019-04", "unstable"] {
            assert_eq!(served_version(asked).map(Version::as_str), Some("2026-10"));
        }
        for asked in [
            "2027-01", "2026-11", "2018-10", "x", "", "2026-1", "20x6-01",
        ] {
            assert_eq!(served_version(asked), None, "{asked}");
        }
    }
}
