//! Lists of files.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{Builder, Comparison, FieldKind, Table, Wanted, field};
use store::{Record, Tx};

use super::File;

/// What files are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FileSort {
    /// By when they were added.
    CreatedAt,
    /// By name.
    Filename,
    /// By id, the order in which they were added.
    #[default]
    Id,
    /// By how large they are.
    Size,
    /// By when they last changed.
    UpdatedAt,
}

const ID: (&str, SortKind) = ("f.id", SortKind::Int);
const BY_ID: Sort = Sort { columns: &[ID] };
const BY_CREATED: Sort = Sort {
    columns: &[("f.created_at", SortKind::Int), ID],
};
const BY_NAME: Sort = Sort {
    columns: &[("f.filename_key", SortKind::Text), ID],
};
const BY_SIZE: Sort = Sort {
    columns: &[("COALESCE(f.size_bytes, 0)", SortKind::Int), ID],
};
const BY_UPDATED: Sort = Sort {
    columns: &[("f.updated_at", SortKind::Int), ID],
};

const KINDS: &[(&str, &str)] = &[
    ("image", "IMAGE"),
    ("video", "VIDEO"),
    ("external_video", "EXTERNAL_VIDEO"),
    ("externalvideo", "EXTERNAL_VIDEO"),
    ("model3d", "MODEL_3D"),
    ("model_3d", "MODEL_3D"),
    ("genericfile", "FILE"),
    ("generic_file", "FILE"),
    ("file", "FILE"),
];
const STATUSES: &[(&str, &str)] = &[
    ("failed", "FAILED"),
    ("processing", "PROCESSING"),
    ("ready", "READY"),
    ("uploaded", "UPLOADED"),
];
const SHOWN: &str = "SELECT 1 FROM media m WHERE m.shop_id = $shop AND m.id = f.id";

const COLLECTED: &str = "SELECT 1 FROM collections c WHERE c.shop_id = $shop AND c.image_id = f.id";
const TOLD: &str = "SELECT 1 FROM articles a WHERE a.shop_id = $shop AND a.image_id = f.id";

/// Where a file is shown: with a product, or nowhere.
fn used_in(_: &mut Builder, _: Comparison, wanted: &Wanted) -> Option<String> {
    match wanted.text.to_ascii_lowercase().as_str() {
        "product" => Some(format!("EXISTS ({SHOWN})")),
        "none" => Some(format!(
            "(NOT EXISTS ({SHOWN}) AND NOT EXISTS ({COLLECTED}) AND NOT EXISTS ({TOLD}))"
        )),
        _ => None,
    }
}

/// What files can be searched by.
pub const FILES: Table = Table {
    fields: &[
        field("created_at", FieldKind::Time("f.created_at")),
        field("filename", FieldKind::Text("f.filename_key")),
        field("id", FieldKind::Id("f.id")),
        field("media_type", FieldKind::Enum("f.kind", KINDS)),
        field("original_upload_size", FieldKind::Int("f.size_bytes")),
        field(
            "product_id",
            FieldKind::Exists(SHOWN, &FieldKind::Id("m.product_id")),
        ),
        field("status", FieldKind::Enum("f.status", STATUSES)),
        field("used_in", FieldKind::Custom(used_in)),
        field("updated_at", FieldKind::Time("f.updated_at")),
    ],
    default: &[FieldKind::TextPrefix("f.filename_key")],
};

/// A window of the files that a filter finds: without the pictures that stand for films and models.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn files_page(
    tx: &mut Tx,
    filter: Filter,
    sort: FileSort,
    window: &Window<'_>,
) -> Result<Page<File>, PageError> {
    let select = format!(
        "SELECT {} FROM files f
          WHERE f.shop_id = $shop
            AND NOT EXISTS (SELECT 1 FROM files v
                             WHERE v.shop_id = f.shop_id AND v.preview_id = f.id)",
        File::COLUMNS
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: match sort {
            FileSort::CreatedAt => &BY_CREATED,
            FileSort::Filename => &BY_NAME,
            FileSort::Id => &BY_ID,
            FileSort::Size => &BY_SIZE,
            FileSort::UpdatedAt => &BY_UPDATED,
        },
    };
    store::page::page(tx, &listing, window)
}
