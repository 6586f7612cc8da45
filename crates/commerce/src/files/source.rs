//! Where a file comes from: an upload, an address on the web, a film on another site.

use store::{StoreError, Tx};

use super::FileKind;
use super::stage::{self, StagedUpload};
use crate::shops;

/// Addresses, in bytes.
const URL_BYTES_MAX: usize = 2048;
/// Where the shop serves its own files.
pub(super) const PLACE: &str = "/cdn/shop/files/";

/// A site whose films can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `vimeo.com`
    Vimeo,
    /// `youtube.com`
    Youtube,
}

impl Host {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vimeo => "VIMEO",
            Self::Youtube => "YOUTUBE",
        }
    }
}

/// A film on another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalVideo {
    /// The site.
    pub host: Host,
    /// Where a page can show it.
    pub embed_url: String,
    /// Where it is watched.
    pub origin_url: String,
}

/// Where a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file that the shop has already, by its name.
    Own(String),
    /// An upload of this shop.
    Staged(StagedUpload),
    /// An address on the web.
    Remote(String),
    /// Neither.
    Unreadable,
}

/// What a text that a client gave as a source means.
///
/// # Errors
/// `Store` faults only.
pub fn source(tx: &mut Tx, text: &str) -> Result<Source, StoreError> {
    let found = sources(tx, &[text])?.pop();
    Ok(found.unwrap_or(Source::Unreadable))
}

/// What texts that a client gave as sources mean, one place for each.
pub(super) fn sources(tx: &mut Tx, texts: &[&str]) -> Result<Vec<Source>, StoreError> {
    let keys: Vec<&str> = texts.iter().filter_map(|text| key_of(text)).collect();
    let uploads = stage::uploads(tx, &keys)?;
    let home = home(tx, texts)?;
    let one = |text: &&str| {
        if let Some(key) = key_of(text) {
            let found = uploads.iter().find(|upload| upload.key == key).cloned();
            return found.map_or(Source::Unreadable, Source::Staged);
        }
        if let Some(name) = home.name_in(text) {
            return Source::Own(name.to_owned());
        }
        home.address_in(text)
            .map_or(Source::Unreadable, Source::Remote)
    };
    Ok(texts.iter().map(one).collect())
}

fn key_of(text: &str) -> Option<&str> {
    stage::key_in(text.trim())
}

/// Where the shop itself is found, so that its own files are told from others'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The shop's domain; empty where no text asks for it.
    domain: String,
}

/// Where the shop itself is found, looked up if one of these texts names a file as shops serve it.
///
/// # Errors
/// `Store` faults only.
pub fn home(tx: &mut Tx, texts: &[&str]) -> Result<Home, StoreError> {
    let names_host = |text: &&str| served(text.trim()).is_some_and(|(host, _)| !host.is_empty());
    let domain = match texts.iter().any(names_host) {
        true => shops::current(tx)?.domain,
        false => String::new(),
    };
    Ok(Home { domain })
}

impl Home {
    /// The name of a file of the shop's own in the address that it is served at.
    fn name_in<'a>(&self, text: &'a str) -> Option<&'a str> {
        let (host, name) = served(text.trim())?;
        let bare = match host.starts_with('[') {
            true => host.split_inclusive(']').next().unwrap_or(host),
            false => host.split(':').next().unwrap_or(host),
        };
        let is_own = host.is_empty()
            || (!self.domain.is_empty() && bare.eq_ignore_ascii_case(&self.domain))
            // Who reaches the shop on this machine is told such addresses.
            || is_loopback(bare);
        is_own.then_some(name)
    }

    /// The address on the web that a text names; none where the bytes are here already.
    #[must_use]
    pub fn address_in(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if key_of(text).is_some() || self.name_in(text).is_some() {
            return None;
        }
        // A page may leave the protocol to its own.
        let address = match text.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => text.to_owned(),
        };
        is_address(&address).then_some(address)
    }

    /// Whether an address that a client gave is where a picture is seen already: told with the
    /// shop's host, or in another version, it is the same file.
    #[must_use]
    pub fn is_seen_at(&self, held: &str, given: &str) -> bool {
        let given = given.trim();
        let name = |url| self.name_in(url);
        held == given
            || (held.starts_with('/') && name(held).is_some() && name(held) == name(given))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = host.trim_matches(['[', ']']);
    let address = name.parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The host and the name in the address of a file that a shop serves; a path has no host.
fn served(text: &str) -> Option<(&str, &str)> {
    let rest = ["https://", "http://", "//"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let (host, path) = match rest {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", text),
    };
    let name = path.strip_prefix(PLACE)?;
    let name = name.split(['?', '#']).next().unwrap_or_default();
    let plain = stage::plain_name(name).is_some_and(|plain| plain == name);
    plain.then_some((host, name))
}

/// Whether a text names an upload, of whatever shop.
#[must_use]
pub fn is_upload(text: &str) -> bool {
    stage::key_in(text.trim()).is_some()
}

/// An address on the web.
fn is_address(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    url.len() <= URL_BYTES_MAX
        && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !url
            .chars()
            .any(|c| c.is_control() || matches!(c, ' ' | '"' | '<' | '>'))
}

/// The film that an address of YouTube or Vimeo means.
#[must_use]
pub fn external_video(url: &str) -> Option<ExternalVideo> {
    let rest = url
        .trim()
        .strip_prefix("https://")
        .or_else(|| url.trim().strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let host = host.to_ascii_lowercase();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let named = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let last = |start: &str| path.strip_prefix(start).map(|id| id.trim_end_matches('/'));
    let (site, id) = match host.trim_start_matches("www.").trim_start_matches("m.") {
        "youtube.com" | "youtube-nocookie.com" => {
            let id = match path {
                "watch" => named("v"),
                _ => last("embed/")
                    .or_else(|| last("shorts/"))
                    .or_else(|| last("v/")),
            };
            (Host::Youtube, id?)
        }
        "youtu.be" => (Host::Youtube, path.trim_end_matches('/')),
        "vimeo.com" => (Host::Vimeo, path.trim_end_matches('/')),
        "player.vimeo.com" => (Host::Vimeo, last("video/")?),
        _ => return None,
    };
    let fits = match site {
        Host::Youtube => |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
        Host::Vimeo => |c: char| c.is_ascii_digit(),
    };
    if id.is_empty() || id.len() > 32 || !id.chars().all(fits) {
        return None;
    }
    Some(match site {
        Host::Youtube => ExternalVideo {
            host: site,
            embed_url: format!("https://www.youtube.com/embed/{id}"),
            origin_url: format!("https://www.youtube.com/watch?v={id}"),
        },
        Host::Vimeo => ExternalVideo {
            host: site,
            embed_url: format!("https://player.vimeo.com/video/{id}"),
            origin_url: format!("https://vimeo.com/{id}"),
        },
    })
}

/// The last part of an address's path.
pub(super) fn name_in(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// What a file is, by the ending of its name; `None` when that tells nothing.
pub(super) fn kind_of(name: &str) -> Option<FileKind> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "avif" | "heic" => FileKind::Image,
        "mp4" | "mov" | "m4v" | "webm" => FileKind::Video,
        "glb" | "gltf" | "usdz" => FileKind::Model3d,
        _ => return None,
    })
}

/// What kind of bytes a file holds, by the ending of its name.
#[must_use]
pub fn mime_of(name: &str) -> &'static str {
    let ending = name_in(name)
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "avif" => "image/avif",
        "heic" => "image/heic",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "glb" => "model/gltf-binary",
        "gltf" => "model/gltf+json",
        "usdz" => "model/vnd.usdz+zip",
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "json" => "application/json",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn films_of_two_sites_are_known_by_their_addresses() {
        for (url, embed) in [
            (
                "https://www.youtube.com/watch?t=1&v=dQw4w9WgXcQ",
                "https://www.youtube.com/embed/dQw4w9WgXcQ",
            ),
            (
                "https://youtu.be/dQw4w9WgXcQ?si=x",
                "https://www.youtube.com/embed/dQw4w9WgXcQ",
            ),
            (
                "https://youtube.com/shorts/abc_-1",
                "https://www.youtube.com/embed/abc_-1",
            ),
            (
                "https://vimeo.com/76979871",
                "https://player.vimeo.com/video/76979871",
            ),
        ] {
            assert_eq!(external_video(url).unwrap().embed_url, embed, "{url}");
        }
        for url in [
            "https://example.com/watch?v=a",
            "https://youtube.com/watch",
            "https://vimeo.com/about",
            "javascript:x",
            "https://youtu.be/\"onload=x",
        ] {
            assert_eq!(external_video(url), None, "{url}");
        }
    }

    #[test]
    fn a_file_of_the_shop_is_known_by_its_address_with_the_shops_host_and_in_any_version() {
        let home = Home {
            domain: "x.test".to_owned(),
        };
        let held = "/cdn/shop/files/cup.png?v=1";
        for given in [
            held,
            "https://x.test/cdn/shop/files/cup.png?v=2",
            "//X.test/cdn/shop/files/cup.png",
            "http://127.0.0.1:8080/cdn/shop/files/cup.png?v=1",
            "http://[::1]:8080/cdn/shop/files/cup.png",
        ] {
            assert!(home.is_seen_at(held, given), "{given}");
            assert_eq!(home.address_in(given), None, "{given}");
        }
        for given in [
            "https://x.test/cup.png",
            "/cdn/shop/files/mug.png",
            "/cdn/shop/files/a/../cup.png",
            "https://y.test/cdn/shop/files/cup.png?v=1",
            "//xx.test/cdn/shop/files/cup.png",
        ] {
            assert!(!home.is_seen_at(held, given), "{given}");
        }
        assert!(!home.is_seen_at("https://x.test/a.png", "https://y.test/a.png"));
        let other = "//y.test/cdn/shop/files/cup.png";
        assert_eq!(home.address_in(other), Some(format!("https:{other}")));
        assert_eq!(home.address_in("tmp/1/files/x/a.png"), None);
    }

    #[test]
    fn a_file_is_told_by_the_ending_of_its_name() {
        assert_eq!(name_in("https://x/a/b.PNG?v=1#x"), "b.PNG");
        assert_eq!(kind_of("b.PNG"), Some(FileKind::Image));
        assert_eq!(kind_of("b.glb"), Some(FileKind::Model3d));
        assert_eq!(kind_of("b"), None);
        assert_eq!(mime_of("a.b.pdf"), "application/pdf");
    }
}
