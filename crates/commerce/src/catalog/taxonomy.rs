//! The public taxonomy of products: which categories there are, and what stands below what.
//!
//! The two upper levels come with the program. The whole published list (a text of lines
//! `gid://shopify/TaxonomyCategory/ID : A > B > C`) can be read in at start instead.

use std::collections::HashMap;
use std::sync::OnceLock;

use units::fold;

/// What an id of a category begins with.
const GID: &str = "gid://shopify/TaxonomyCategory/";
/// Categories of a list, at most: the published one has some twelve thousand.
const CATEGORIES_MAX: usize = 100_000;

/// The categories that come with the program.
const UPPER: &str = include_str!("../../data/taxonomy.txt");

static CURRENT: OnceLock<Taxonomy> = OnceLock::new();

/// A category of the taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id within the taxonomy: `aa-1`.
    pub id: String,
    /// Its name with those of all categories above: `Apparel & Accessories > Clothing`.
    pub full_name: String,
    /// The places of those below it.
    children: Vec<usize>,
}

/// All categories, each after the one that it belongs to.
#[derive(Debug, Default)]
pub struct Taxonomy {
    categories: Vec<Category>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
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
    #[error("line {0} names a category below one that is not in the list")]
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
        self.full_name.rsplit(" > ").next().unwrap_or_default()
    }

    /// How deep it stands; the first level is 1.
    #[must_use]
    pub fn level(&self) -> usize {
        self.full_name.split(" > ").count()
    }

    /// Whether no category stands below it.
    #[must_use]
    pub const fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }

    /// Whether it stands below no category.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.above().is_none()
    }

    /// The full name of the category that it belongs to.
    fn above(&self) -> Option<&str> {
        let (above, _) = self.full_name.rsplit_once(" > ")?;
        Some(above)
    }

    /// A category that a file names and the list does not have.
    fn unlisted(full_name: &str) -> Self {
        Self {
            id: units::handleize(full_name),
            full_name: full_name.to_owned(),
            children: Vec::new(),
        }
    }
}

/// The taxonomy that the program works with.
#[must_use]
pub fn taxonomy() -> &'static Taxonomy {
    CURRENT.get_or_init(|| Taxonomy::read(UPPER).unwrap_or_default())
}

/// Works with another list of categories than the one that comes with the program; says how many
/// it has.
///
/// # Errors
/// Says what is wrong with the list.
pub fn adopt_taxonomy(list: &str) -> Result<usize, TaxonomyError> {
    let taxonomy = Taxonomy::read(list)?;
    let count = taxonomy.categories.len();
    CURRENT.set(taxonomy).map_err(|_| TaxonomyError::TooLate)?;
    Ok(count)
}

impl Taxonomy {
    fn read(list: &str) -> Result<Self, TaxonomyError> {
        let mut all = Self::default();
        for (number, line) in (1..).zip(list.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, name) = line.split_once(" : ").ok_or(TaxonomyError::Line(number))?;
            let (id, full_name) = (bare(id.trim()), name.trim());
            if id.is_empty() || full_name.is_empty() {
                return Err(TaxonomyError::Line(number));
            }
            let place = all.categories.len();
            if place >= CATEGORIES_MAX {
                return Err(TaxonomyError::TooMany);
            }
            let category = Category {
                id: id.to_owned(),
                full_name: full_name.to_owned(),
                children: Vec::new(),
            };
            if let Some(above) = category.above() {
                let above = all.by_name.get(&fold(above)).copied();
                let above = above.ok_or(TaxonomyError::Orphan(number))?;
                all.categories[above].children.push(place);
            }
            all.by_id.insert(id.to_owned(), place);
            all.by_name.insert(fold(full_name), place);
            all.categories.push(category);
        }
        Ok(all)
    }

    /// The category of that id, with or without what such ids begin with.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Category> {
        self.by_id
            .get(bare(id))
            .map(|place| &self.categories[*place])
    }

    /// The category of that full name, whatever its case.
    #[must_use]
    pub fn by_name(&self, full_name: &str) -> Option<&Category> {
        let place = self.by_name.get(&fold(full_name.trim()));
        place.map(|place| &self.categories[*place])
    }

    /// The category of a product, by what is kept of it: one that the list does not have is known
    /// by its name alone.
    #[must_use]
    pub fn of_product(&self, full_name: &str) -> Option<Category> {
        let known = self.by_name(full_name).cloned();
        known.or_else(|| (!full_name.is_empty()).then(|| Category::unlisted(full_name)))
    }

    /// The category that a category belongs to.
    #[must_use]
    pub fn parent(&self, of: &Category) -> Option<&Category> {
        self.by_name(of.above()?)
    }

    /// The categories above one, the nearest first.
    pub fn ancestors<'a>(&'a self, of: &'a Category) -> impl Iterator<Item = &'a Category> {
        std::iter::successors(self.parent(of), |above| self.parent(above))
    }

    /// The categories right below one.
    pub fn children<'a>(&'a self, of: &'a Category) -> impl Iterator<Item = &'a Category> {
        of.children.iter().map(|place| &self.categories[*place])
    }

    /// Those asked for that have all words of a search in their full names, in the list's order.
    #[must_use]
    pub fn among(&self, among: &Among, search: &str) -> Vec<&Category> {
        let all: Vec<&Category> = match among {
            Among::All => self.categories.iter().collect(),
            Among::Roots => self.categories.iter().filter(|one| one.is_root()).collect(),
            Among::ChildrenOf(id) => {
                let of = self.by_id(id);
                of.map(|of| self.children(of).collect()).unwrap_or_default()
            }
            Among::SiblingsOf(id) => {
                let of = self.by_id(id);
                let beside = |of: &Category| {
                    let all = self.categories.iter();
                    all.filter(|one| one.above() == of.above() && one.id != of.id)
                        .collect()
                };
                of.map(beside).unwrap_or_default()
            }
            Among::DescendantsOf(id) => {
                let below = |one: &&Category| self.ancestors(one).any(|above| above.id == bare(id));
                self.categories.iter().filter(below).collect()
            }
        };
        let words: Vec<String> = units::words(search).collect();
        let named = |one: &&Category| {
            let name: Vec<String> = units::words(&one.full_name).collect();
            words
                .iter()
                .all(|word| name.iter().any(|other| other.starts_with(word.as_str())))
        };
        all.into_iter().filter(named).collect()
    }
}

fn bare(id: &str) -> &str {
    id.strip_prefix(GID).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<'a>(found: impl IntoIterator<Item = &'a Category>) -> Vec<&'a str> {
        found.into_iter().map(|one| one.id.as_str()).collect()
    }

    #[test]
    fn categories_know_what_stands_above_and_below_them() {
        let all = Taxonomy::read(
            "# list\na : Pets\na-1 : Pets > Supplies\ngid://shopify/TaxonomyCategory/a-1-2 : Pets > Supplies > Dog Beds\nb : Toys\n",
        )
        .unwrap();
        let beds = all.by_id("gid://shopify/TaxonomyCategory/a-1-2").unwrap();
        assert_eq!(
            (beds.name(), beds.level(), beds.is_leaf()),
            ("Dog Beds", 3, true)
        );
        assert_eq!(ids(all.ancestors(beds)), ["a-1", "a"]);
        assert_eq!(
            all.by_name("pets > supplies").unwrap().gid(),
            format!("{GID}a-1")
        );
        assert_eq!(ids(all.among(&Among::Roots, "")), ["a", "b"]);
        assert_eq!(
            ids(all.among(&Among::DescendantsOf("a".to_owned()), "")),
            ["a-1", "a-1-2"]
        );
        assert_eq!(
            ids(all.among(&Among::SiblingsOf("a".to_owned()), "")),
            ["b"]
        );
        assert_eq!(ids(all.among(&Among::All, "dog be")), ["a-1-2"]);
    }

    #[test]
    fn the_list_that_comes_with_the_program_is_whole_and_a_broken_one_is_told() {
        let all = Taxonomy::read(UPPER).unwrap();
        assert_eq!(all.among(&Among::Roots, "").len(), 26);
        assert_eq!(
            all.by_id("aa-8").unwrap().full_name,
            "Apparel & Accessories > Shoes"
        );
        assert_eq!(
            Taxonomy::read("a Pets").unwrap_err(),
            TaxonomyError::Line(1)
        );
        assert_eq!(
            Taxonomy::read("a-1 : Pets > Beds").unwrap_err(),
            TaxonomyError::Orphan(1)
        );
    }
}
