//! Anything by its id.

use graphql::{Error, Obj, obj};
use serde::Deserialize;
use units::Gid;

use super::{collections, content, media, metaobjects, products, shop, variants};
use crate::{Cx, Registry, references};

/// Ids of one field, at most.
const IDS_MAX: usize = 250;

#[derive(Debug, Deserialize)]
struct NodeArgs {
    id: String,
}

#[derive(Debug, Deserialize)]
struct NodesArgs {
    ids: Vec<String>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("node", |args: &NodeArgs, cx: &mut Cx| {
        let ids = [Some(parse(&args.id)?)];
        Ok(references::load(cx, of_kind, &ids)?.pop().flatten())
    });
    r.query("nodes", |args: &NodesArgs, cx: &mut Cx| {
        if args.ids.len() > IDS_MAX {
            return Err(Error::new(format!(
                "At most {IDS_MAX} ids can be asked for."
            )));
        }
        let ids = args
            .ids
            .iter()
            .map(|id| parse(id).map(Some))
            .collect::<Result<Vec<_>, _>>()?;
        references::load(cx, of_kind, &ids)
    });
}

fn parse(id: &str) -> Result<Gid, Error> {
    Gid::parse(id)
        .map_err(|wrong| Error::new(wrong.to_string()).code("argumentLiteralsIncompatible"))
}

/// Rows of a kind by number; nothing for kinds and numbers that buyers cannot see.
pub(super) fn of_kind(cx: &mut Cx, kind: &str, numbers: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    match kind {
        "Product" => products::nodes(cx, numbers),
        "ProductVariant" => variants::nodes(cx, numbers),
        "Collection" => collections::nodes(cx, numbers),
        "Page" => content::page_nodes(cx, numbers),
        "Blog" => content::blog_nodes(cx, numbers),
        "Article" => content::article_nodes(cx, numbers),
        "MediaImage" | "Video" | "ExternalVideo" | "Model3d" | "GenericFile" => {
            media::nodes(cx, kind, numbers)
        }
        "Metaobject" => metaobjects::nodes(cx, numbers),
        "ShopPolicy" => shop::policy_nodes(cx, numbers),
        "Shop" => {
            let own = cx.shop()?;
            let own = |number: &i64| (*number == own.id.get()).then(|| obj((*own).clone()));
            Ok(numbers.iter().map(own).collect())
        }
        _ => Ok(numbers.iter().map(|_| None).collect()),
    }
}
