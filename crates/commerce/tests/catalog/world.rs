//! A shop with a twin of equal ids, on a database of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use commerce::catalog::{
    self, CatalogError, ProductInput, StockedVariant, VariantInput, VariantSort,
};
use commerce::inventory::{NewLocation, create_location};
use commerce::shops::{self, CreateError, NewShop};
use commerce::{Actor, Call, Luck};
use store::{Db, Options, StoreError, Tx, Watch, Window};
use units::{AppId, Currency, ProductId, ShopId, Timestamp};

pub(crate) const SHOP: ShopId = ShopId(1);
pub(crate) const TWIN: ShopId = ShopId(2);
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000_000);

pub(crate) struct World {
    pub(crate) db: Db,
    /// How many were run, where that is counted: it slows all down.
    statements: Option<Arc<AtomicU32>>,
    _folder: Option<tempfile::TempDir>,
}

/// Runs a test on both databases.
pub(crate) fn on_both(test: impl Fn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    test(&World::open(&url, Some(folder), None));
    test(&World::open(&postgres_url(), None, None));
}

/// Runs a test that counts statements on both databases.
pub(crate) fn counted_on_both(test: impl Fn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("shop.db").display());
    test(&World::open(&url, Some(folder), Some(Arc::default())));
    test(&World::open(&postgres_url(), None, Some(Arc::default())));
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test command passes the address of its private server in the environment"
)]
fn postgres_url() -> String {
    static DATABASES: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("STOCKROOM_TEST_POSTGRES")
        .expect("STOCKROOM_TEST_POSTGRES is not set: run the tests with `cargo xtask test`");
    let name = format!(
        "catalog_{}_{}",
        std::process::id(),
        DATABASES.fetch_add(1, Ordering::Relaxed)
    );
    let mut client = ::postgres::Client::connect(&server, ::postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE SCHEMA {name}"))
        .unwrap();
    let mark = if server.contains('?') { '&' } else { '?' };
    format!("{server}{mark}options=-csearch_path%3D{name}")
}

impl World {
    fn open(
        url: &str,
        folder: Option<tempfile::TempDir>,
        statements: Option<Arc<AtomicU32>>,
    ) -> Self {
        let watch = |count: Arc<AtomicU32>| {
            Watch::new(move |watched| {
                // The maker of ids asks for more whenever it needs some.
                if !watched.text.contains("id_leases") {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        };
        let options = Options {
            watch: statements.clone().map(watch),
            ..Options::new(commerce::MIGRATIONS, "0.1.0")
        };
        let world = Self {
            db: Db::open(url, options).unwrap(),
            statements,
            _folder: folder,
        };
        for shop in [SHOP, TWIN] {
            world.open_shop(shop);
        }
        world
    }

    fn open_shop(&self, id: ShopId) {
        let shop = NewShop {
            handle: format!("shop-{}", id.get()),
            name: "Harbour".to_owned(),
            email: "a@example.com".to_owned(),
            currency: Currency::EUR,
            time_zone: "Europe/Berlin".to_owned(),
            address1: String::new(),
            city: String::new(),
            zip: String::new(),
            country_code: "DE".to_owned(),
            test_shop: true,
            taxes_included: true,
            tax_title: "VAT".to_owned(),
            tax_rate_ppm: 190_000,
            shipping_title: "Standard".to_owned(),
            shipping_price_minor: 490,
            shipping_taxed: true,
        };
        self.db
            .platform_write_blocking(move |platform| -> Result<(), CreateError> {
                shops::create(platform, id, &shop, NOW)
            })
            .unwrap();
        let call = self.call_in(id);
        self.db
            .write_blocking(id, move |tx| -> Result<_, StoreError> {
                let location = NewLocation {
                    name: "Warehouse".to_owned(),
                    ..NewLocation::default()
                };
                create_location(tx, &call, &location)
                    .map_err(|error| StoreError::Database(error.to_string()))
            })
            .unwrap();
    }

    pub(crate) fn call_in(&self, shop: ShopId) -> Call {
        let ids = self.db.ids().clone();
        Call::new(shop, Actor::App(AppId(7)), NOW, ids, Luck::seeded(1))
    }

    pub(crate) fn write<R: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx, &Call) -> Result<R, CatalogError> + Send + 'static,
    ) -> Result<R, CatalogError> {
        let call = self.call_in(SHOP);
        self.db.write_blocking(SHOP, move |tx| work(tx, &call))
    }

    pub(crate) fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx) -> R + Send + 'static,
    ) -> R {
        self.db.read_blocking(SHOP, work).unwrap()
    }

    pub(crate) fn create(&self, input: ProductInput) -> ProductId {
        self.write(move |tx, call| catalog::create(tx, call, &input))
            .unwrap()
    }

    pub(crate) fn variants(&self, product: ProductId) -> Vec<StockedVariant> {
        self.read(move |tx| {
            let window = Window::first(250);
            let pages = catalog::variants_of(tx, &[product], VariantSort::Position, &window);
            pages.unwrap().remove(0).nodes
        })
    }

    pub(crate) fn titles(&self, product: ProductId) -> Vec<String> {
        let variants = self.variants(product);
        variants
            .into_iter()
            .map(|found| found.variant.title)
            .collect()
    }

    pub(crate) fn product(&self, id: ProductId) -> catalog::Product {
        self.read(move |tx| catalog::products(tx, &[id]).unwrap().remove(0))
            .unwrap()
    }

    /// The topics recorded since the shop was opened with its location, oldest first.
    pub(crate) fn events(&self) -> Vec<String> {
        self.read(|tx| {
            tx.all(
                "SELECT topics FROM events
                  WHERE shop_id = $shop AND topics <> 'LOCATIONS_CREATE' ORDER BY id",
                (),
            )
            .unwrap()
        })
    }

    /// How many statements some work takes.
    pub(crate) fn statements(&self, work: impl FnOnce()) -> u32 {
        let count = self.statements.as_ref().expect("statements are counted");
        let before = count.load(Ordering::Relaxed);
        work();
        count.load(Ordering::Relaxed) - before
    }

    /// Rows of a table in the shop.
    pub(crate) fn rows(&self, table: &'static str) -> i64 {
        self.read(move |tx| {
            let text =
                format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE shop_id = $shop");
            tx.one(&text, ()).unwrap()
        })
    }
}

pub(crate) fn titled(title: &str) -> ProductInput {
    ProductInput {
        title: Some(title.to_owned()),
        published_at: Some(Some(NOW)),
        ..ProductInput::default()
    }
}

/// An option with values.
pub(crate) fn option(name: &str, values: &[&str]) -> catalog::OptionInput {
    catalog::OptionInput {
        name: Some(name.to_owned()),
        values: values
            .iter()
            .map(|value| catalog::OptionValueInput {
                name: Some((*value).to_owned()),
                ..catalog::OptionValueInput::default()
            })
            .collect(),
        ..catalog::OptionInput::default()
    }
}

/// A variant with values for options by name, and a price.
pub(crate) fn variant(values: &[(&str, &str)], price_minor: i64) -> VariantInput {
    VariantInput {
        option_values: values
            .iter()
            .map(|(option, value)| catalog::VariantOptionInput {
                option_name: Some((*option).to_owned()),
                name: Some((*value).to_owned()),
                ..catalog::VariantOptionInput::default()
            })
            .collect(),
        price_minor: Some(price_minor),
        ..VariantInput::default()
    }
}

/// What was refused, and where.
pub(crate) fn refusals<T: std::fmt::Debug>(
    result: Result<T, CatalogError>,
) -> Vec<(String, String)> {
    match result.unwrap_err() {
        CatalogError::Refused(refused) => refused
            .into_iter()
            .map(|refusal| (refusal.at.join("."), refusal.why.to_string()))
            .collect(),
        CatalogError::Store(fault) => panic!("{fault}"),
    }
}
