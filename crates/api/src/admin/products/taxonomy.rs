//! The public taxonomy of products.

use commerce::apps::Scope;
use commerce::catalog::{self, Among, Category};
use graphql::{Error, NoArgs, Page, PageArgs};
use serde::Deserialize;

use crate::admin::batches::map_page;
use crate::paging::of_list;
use crate::{Cx, Registry};

/// All categories.
struct Taxonomy;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CategoriesArgs {
    search: Option<String>,
    children_of: Option<String>,
    descendants_of: Option<String>,
    siblings_of: Option<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("taxonomy", |_: &NoArgs, cx: &mut Cx| {
        cx.permit("taxonomy", Scope::ReadProducts)?;
        Ok(Some(Taxonomy))
    });
    r.connection::<Category>("TaxonomyCategoryConnection", "TaxonomyCategoryEdge");
    r.object::<Taxonomy>("Taxonomy").load(
        "categories",
        |all: &[&Taxonomy], args: &(PageArgs, CategoriesArgs), _: &mut Cx| {
            all.iter().map(|_| categories(args)).collect()
        },
    );
    r.object::<Category>("TaxonomyCategory")
        .leaf("id", Category::gid)
        .text("name", Category::name)
        .text("fullName", |own| &own.full_name)
        .leaf("level", Category::level)
        .leaf("isLeaf", Category::is_leaf)
        .leaf("isRoot", Category::is_root)
        // The list holds what is in use: nothing that was given up.
        .leaf("isArchived", |_| false)
        .leaf("parentId", |own| {
            catalog::taxonomy().parent(own).map(|above| above.gid())
        })
        .leaf("ancestorIds", |own| {
            gids(catalog::taxonomy().ancestors(own))
        })
        .leaf("childrenIds", |own| gids(catalog::taxonomy().children(own)));
}

fn gids(found: impl Iterator<Item = Category>) -> Vec<String> {
    found.map(|one| one.gid()).collect()
}

fn categories(args: &(PageArgs, CategoriesArgs)) -> Result<Page<Category>, Error> {
    let (window, asked) = args;
    let search = asked.search.as_deref().unwrap_or_default();
    let among = match (
        &asked.children_of,
        &asked.descendants_of,
        &asked.siblings_of,
    ) {
        (Some(id), None, None) => Among::ChildrenOf(id.clone()),
        (None, Some(id), None) => Among::DescendantsOf(id.clone()),
        (None, None, Some(id)) => Among::SiblingsOf(id.clone()),
        (None, None, None) if search.trim().is_empty() => Among::Roots,
        (None, None, None) => Among::All,
        _ => {
            let told = "Only one of childrenOf, descendantsOf and siblingsOf may be given.";
            return Err(Error::new(told).code("INVALID_FIELD_ARGUMENTS"));
        }
    };
    let all = catalog::taxonomy();
    let found = all.among(&among, search);
    let page = of_list(&found, window, |place| all.category(*place).id)?;
    Ok(map_page(page, |place| all.category(place)))
}
