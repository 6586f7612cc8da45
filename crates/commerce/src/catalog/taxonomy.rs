//! The public taxonomy of products: which categories there are, and what stands below what.
//!
//! A list comes with the program (`data/taxonomy.txt`), and is read when it is first asked for. The
//! whole published list of another version (a text of lines
//! `gid://shopify/TaxonomyCategory/ID : A > B > C`) can be read in at start instead.
//!
//! A list is kept as its text and a small entry for each line: names and ids are put together for
//! those categories that somebody asks for.

use std::sync::OnceLock;

use units::fold;

/// What an id of a category begins with.
const GID: &str = "gid://shopify/TaxonomyCategory/";
/// What stands between the names of categories.
const BELOW: &str = " > ";
/// Categories of a list, at most: the published one has some twelve thousand.
const CATEGORIES_MAX: usize = 100_000;
/// Words of a search that count.
const WORDS_MAX: usize = 16;

/// The categories that come with the program.
const OWN: &str = include_str!("../../data/taxonomy.txt");

static CURRENT: OnceLock<Taxonomy> = OnceLock::new();

/// A category of the taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id within the taxonomy: `aa-1`.
    pub id: String,
    /// Its name with those of all categories above: `Apparel & Accessories > Clothing`.
    pub full_name: String,
    /// Its place in the list; none when the list does not have it.
    place: Option<usize>,
    /// Whether no category stands below it.
    is_leaf: bool,
}

/// A line of a list.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The last part of its id.
    segment: &'static str,
    /// Its own name.
    name: &'static str,
    /// The place of the category that it belongs to.
    above: Option<u32>,
    /// The place behind all that stands below it.
    end: u32,
}

/// All categories, each after the one that it belongs to and before what stands beside it.
#[derive(Debug, Default)]
pub struct Taxonomy {
    entries: Vec<Entry>,
}

/// Which categories are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Among {
    /// Those of the first level.
    Roots,
    /// Those right below one.
    ChildrenOf(String),
    /// All below one, at any level.
    DescendantsOf(String),
    /// Those beside one.
    SiblingsOf(String),
    /// All.
    All,
}

/// Why a list of categories cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxonomyError {
    /// A line is not of the published form.
    #[error(
        "line {0} is no category: expected `gid://shopify/TaxonomyCategory/ID : A > B`, as in the published list"
    )]
    Line(usize),
    /// A category stands before, or without, the one that it belongs to.
    #[error("line {0} names a category below one that does not stand right above it in the list")]
    Orphan(usize),
    /// More categories than a list may have.
    #[error("the list has more than 100000 categories")]
    TooMany,
    /// Categories were looked up already, or another list was read in.
    #[error("the list must be read in once, before the program serves")]
    TooLate,
}

impl Category {
    /// Its id as clients know it.
    #[must_use]
    pub fn gid(&self) -> String {
        format!("{GID}{}", self.id)
    }

    /// Its own name, without those above.
    #[must_use]
    pub fn name(&self) -> &str {
        self.full_name.rsplit(BELOW).next().unwrap_or_default()
    }

    /// How deep it stands; the first level is 1.
    #[must_use]
    pub fn level(&self) -> usize {
        self.full_name.split(BELOW).count()
    }

    /// Whether no category stands below it.
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        self.is_leaf
    }

    /// Whether it stands below no category.
    #[must_use]
    pub fn is_root(&self) -> bool {
        !self.full_name.contains(BELOW)
    }

    /// A category that a file names and the list does not have.
    fn unlisted(full_name: &str) -> Self {
        Self {
            id: units::handleize(full_name),
            full_name: full_name.to_owned(),
            place: None,
            is_leaf: true,
        }
    }
}

/// The taxonomy that the program works with.
#[must_use]
pub fn taxonomy() -> &'static Taxonomy {
    CURRENT.get_or_init(|| Taxonomy::own(OWN).unwrap_or_default())
}

/// Works with another list of categories than the one that comes with the program; says how many
/// it has. The list is kept until the program ends.
///
/// # Errors
/// Says what is wrong with the list.
pub fn adopt_taxonomy(list: String) -> Result<usize, TaxonomyError> {
    let taxonomy = Taxonomy::published(list.leak())?;
    let count = taxonomy.entries.len();
    CURRENT.set(taxonomy).map_err(|_| TaxonomyError::TooLate)?;
    Ok(count)
}

/// Puts the lines of a list in their places.
#[derive(Default)]
struct Reader {
    entries: Vec<Entry>,
    /// The places of the categories that the next line may stand below.
    open: Vec<usize>,
}

impl Reader {
    /// Takes a line that stands below so many others.
    fn take(
        &mut self,
        line: usize,
        depth: usize,
        segment: &'static str,
        name: &'static str,
    ) -> Result<(), TaxonomyError> {
        if segment.is_empty() || name.is_empty() {
            return Err(TaxonomyError::Line(line));
        }
        if depth > self.open.len() {
            return Err(TaxonomyError::Orphan(line));
        }
        if self.entries.len() >= CATEGORIES_MAX {
            return Err(TaxonomyError::TooMany);
        }
        self.close(depth);
        let above = self
            .open
            .last()
            .and_then(|place| u32::try_from(*place).ok());
        self.open.push(self.entries.len());
        self.entries.push(Entry {
            segment,
            name,
            above,
            end: 0,
        });
        Ok(())
    }

    /// Ends the categories that stand so deep or deeper.
    fn close(&mut self, depth: usize) {
        let end = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for place in self.open.drain(depth..) {
            self.entries[place].end = end;
        }
    }

    fn done(mut self) -> Taxonomy {
        self.close(0);
        self.entries.shrink_to_fit();
        Taxonomy {
            entries: self.entries,
        }
    }
}

/// The lines of a list that say something, with their numbers.
fn told(list: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
    let lines = (1..).zip(list.lines().map(str::trim_end));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

impl Taxonomy {
    /// Reads a list of the form that comes with the program: what stands below a category follows
    /// it, one space further in.
    fn own(list: &'static str) -> Result<Self, TaxonomyError> {
        let mut reader = Reader::default();
        for (number, line) in told(list) {
            let rest = line.trim_start_matches(' ');
            let (segment, name) = rest.split_once(' ').ok_or(TaxonomyError::Line(number))?;
            reader.take(number, line.len() - rest.len(), segment, name)?;
        }
        Ok(reader.done())
    }

    /// Reads a list as it is published.
    fn published(list: &'static str) -> Result<Self, TaxonomyError> {
        let mut reader = Reader::default();
        let mut before: Vec<(&str, &str)> = Vec::new();
        for (number, line) in told(list) {
            let (id, name) = line.split_once(" : ").ok_or(TaxonomyError::Line(number))?;
            let (id, full_name) = (bare(id.trim()), name.trim());
            let depth = full_name.matches(BELOW).count();
            let (above, segment) = match depth {
                0 => ("", id),
                _ => id.rsplit_once('-').ok_or(TaxonomyError::Line(number))?,
            };
            let (names, name) = full_name.rsplit_once(BELOW).unwrap_or(("", full_name));
            before.truncate(depth);
            if depth > 0 && before.get(depth - 1) != Some(&(above, names)) {
                return Err(TaxonomyError::Orphan(number));
            }
            reader.take(number, depth, segment, name)?;
            before.push((id, full_name));
        }
        Ok(reader.done())
    }

    /// The category at a place of the list.
    fn at(&self, place: usize) -> Category {
        let path: Vec<&Entry> = self.path(place).map(|place| &self.entries[place]).collect();
        let joined = |of: fn(&Entry) -> &'static str, between: &str| {
            let parts: Vec<&str> = path.iter().rev().map(|entry| of(entry)).collect();
            parts.join(between)
        };
        Category {
            id: joined(|entry| entry.segment, "-"),
            full_name: joined(|entry| entry.name, BELOW),
            place: Some(place),
            is_leaf: self.below(place).is_empty(),
        }
    }

    /// The places of a category and of those above it, the nearest first.
    fn path(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |place| {
            self.entries[*place].above.map(|above| above as usize)
        })
    }

    /// The places of all that stand below one.
    fn below(&self, place: usize) -> std::ops::Range<usize> {
        place + 1..self.entries[place].end as usize
    }

    /// The places of those of a range that stand in no other of it.
    fn beside(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = usize> {
        let within = move |place: usize| (place < range.end).then_some(place);
        std::iter::successors(within(range.start), move |place| {
            within(self.entries[*place].end as usize)
        })
    }

    /// The place that parts lead to, one level after the other.
    fn find<'a>(
        &self,
        parts: impl Iterator<Item = &'a str>,
        is: fn(&Entry, &str) -> bool,
    ) -> Option<usize> {
        let mut range = 0..self.entries.len();
        let mut found = None;
        for part in parts {
            let place = self
                .beside(range)
                .find(|place| is(&self.entries[*place], part))?;
            range = self.below(place);
            found = Some(place);
        }
        found
    }

    /// The category of that id, with or without what such ids begin with.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<Category> {
        self.place_of(id).map(|place| self.at(place))
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.find(bare(id).split('-'), |entry, part| entry.segment == part)
    }

    /// The category of that full name, whatever its case.
    #[must_use]
    pub fn by_name(&self, full_name: &str) -> Option<Category> {
        let named = |entry: &Entry, part: &str| match part.is_ascii() && entry.name.is_ascii() {
            true => entry.name.eq_ignore_ascii_case(part),
            false => fold(entry.name) == fold(part),
        };
        let place = self.find(full_name.trim().split(BELOW), named);
        place.map(|place| self.at(place))
    }

    /// The category of a product, by what is kept of it: one that the list does not have is known
    /// by its name alone.
    #[must_use]
    pub fn of_product(&self, full_name: &str) -> Option<Category> {
        if full_name.is_empty() {
            return None;
        }
        let known = self.by_name(full_name);
        Some(known.unwrap_or_else(|| Category::unlisted(full_name)))
    }

    /// The category that a category belongs to.
    #[must_use]
    pub fn parent(&self, of: &Category) -> Option<Category> {
        let above = self.entries[of.place?].above?;
        Some(self.at(above as usize))
    }

    /// The categories above one, the nearest first.
    pub fn ancestors(&self, of: &Category) -> impl Iterator<Item = Category> {
        let path = of.place.map(|place| self.path(place).skip(1));
        path.into_iter().flatten().map(|place| self.at(place))
    }

    /// The categories right below one.
    pub fn children(&self, of: &Category) -> impl Iterator<Item = Category> {
        let below = of.place.map(|place| self.beside(self.below(place)));
        below.into_iter().flatten().map(|place| self.at(place))
    }

    /// Those asked for that have all words of a search in their full names: the ones first that
    /// are called like that themselves, else in the list's order. Gives their places.
    #[must_use]
    pub fn among(&self, among: &Among, search: &str) -> Vec<Place> {
        let all = 0..self.entries.len();
        let places: Vec<usize> = match among {
            Among::All => all.collect(),
            Among::Roots => self.beside(all).collect(),
            Among::ChildrenOf(id) => {
                let of = self.place_of(id).map(|of| self.beside(self.below(of)));
                of.into_iter().flatten().collect()
            }
            Among::SiblingsOf(id) => {
                let Some(of) = self.place_of(id) else {
                    return Vec::new();
                };
                let above = self.entries[of].above.map(|above| above as usize);
                let range = above.map_or(all, |above| self.below(above));
                self.beside(range).filter(|place| *place != of).collect()
            }
            Among::DescendantsOf(id) => {
                let of = self.place_of(id).map(|of| self.below(of));
                of.into_iter().flatten().collect()
            }
        };
        let words: Vec<String> = units::words(search).take(WORDS_MAX).collect();
        if words.is_empty() {
            return places.into_iter().map(Place).collect();
        }
        let mut ranked: Vec<(u8, Place)> = places
            .into_iter()
            .filter_map(|place| Some((self.rank(place, &words)?, Place(place))))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, place)| place).collect()
    }

    /// How well a category fits some words, 0 best; not at all when one is nowhere in its name.
    fn rank(&self, place: usize, words: &[String]) -> Option<u8> {
        let own = self.entries[place].name;
        let here = words.iter().filter(|word| has_word(own, word)).count();
        if here == words.len() {
            let is_all = units::words(own).count() == words.len();
            return Some(if is_all { 0 } else { 1 });
        }
        let named = |word: &String| {
            self.path(place)
                .any(|at| has_word(self.entries[at].name, word))
        };
        words.iter().all(named).then_some(2)
    }

    /// The category at a place that a search gave.
    #[must_use]
    pub fn category(&self, place: Place) -> Category {
        self.at(place.0)
    }
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize);

/// Whether a word of a name begins with a folded one.
fn has_word(name: &str, beginning: &str) -> bool {
    if !name.is_ascii() {
        return units::words(name).any(|word| word.starts_with(beginning));
    }
    let begins = |part: &str| {
        part.get(..beginning.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(begins)
}

fn bare(id: &str) -> &str {
    id.strip_prefix(GID).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(all: &Taxonomy, among: &Among, search: &str) -> Vec<String> {
        let found = all.among(among, search);
        found
            .into_iter()
            .map(|place| all.category(place).id)
            .collect()
    }

    #[test]
    fn categories_know_what_stands_above_and_below_them() {
        let published = Taxonomy::published(
            "# list\na : Pets\na-1 : Pets > Supplies\ngid://shopify/TaxonomyCategory/a-1-2   : Pets > Supplies > Dog Beds\nb : Toys\n",
        );
        let own = Taxonomy::own("# list\na Pets\n 1 Supplies\n  2 Dog Beds\nb Toys\n");
        for all in [published.unwrap(), own.unwrap()] {
            let beds = all.by_id("gid://shopify/TaxonomyCategory/a-1-2").unwrap();
            assert_eq!(
                (beds.name(), beds.level(), beds.is_leaf()),
                ("Dog Beds", 3, true)
            );
            let above: Vec<String> = all.ancestors(&beds).map(|one| one.id).collect();
            assert_eq!(above, ["a-1", "a"]);
            let supplies = all.by_name("pets > supplies").unwrap();
            assert_eq!(supplies.gid(), format!("{GID}a-1"));
            assert_eq!(all.children(&supplies).next(), Some(beds));
            assert_eq!(ids(&all, &Among::Roots, ""), ["a", "b"]);
            let of = |id: &str| id.to_owned();
            assert_eq!(
                ids(&all, &Among::DescendantsOf(of("a")), ""),
                ["a-1", "a-1-2"]
            );
            assert_eq!(ids(&all, &Among::ChildrenOf(of("a")), ""), ["a-1"]);
            assert_eq!(ids(&all, &Among::SiblingsOf(of("a")), ""), ["b"]);
            assert_eq!(ids(&all, &Among::SiblingsOf(of("a-1")), ""), [""; 0]);
            assert_eq!(ids(&all, &Among::All, "pets dog be"), ["a-1-2"]);
            assert_eq!(ids(&all, &Among::All, "ed"), [""; 0]);
            assert!(all.by_id("a-9").is_none() && all.by_id("").is_none());
        }
    }

    #[test]
    fn the_list_that_comes_with_the_program_is_whole() {
        let all = Taxonomy::own(OWN).unwrap();
        assert_eq!(all.entries.len(), 10_291);
        assert_eq!(all.among(&Among::Roots, "").len(), 26);
        let deep = all.by_id("ap-2-1-1-2-1").unwrap();
        assert_eq!(
            deep.full_name,
            "Animals & Pet Supplies > Pet Supplies > Bird Supplies > Bird Cage Accessories > Bird Cage Food & Water Dishes > Bird Cage Food Dishes"
        );
        for place in 0..all.entries.len() {
            let one = all.at(place);
            assert_eq!(all.place_of(&one.id), Some(place));
            assert_eq!(all.by_name(&one.full_name), Some(one));
        }
        assert_eq!(ids(&all, &Among::All, "shoes")[0], "aa-8");
    }

    #[test]
    fn a_broken_list_is_told() {
        for (list, wrong) in [
            ("a Pets", TaxonomyError::Line(1)),
            ("a-1 : Pets > Beds", TaxonomyError::Orphan(1)),
            ("a : Pets\na-1 : Toys > Beds", TaxonomyError::Orphan(2)),
            ("a : Pets\nb-1 : Pets > Beds", TaxonomyError::Orphan(2)),
        ] {
            assert_eq!(Taxonomy::published(list).unwrap_err(), wrong, "{list}");
        }
        assert_eq!(
            Taxonomy::own("a Pets\n  1 Beds").unwrap_err(),
            TaxonomyError::Orphan(2)
        );
    }
}
