//! The command line, `STOCKROOM_*` variables and one TOML file: the only place that reads them.
//!
//! A flag wins over a variable, a variable over the file, the file over the default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use blobs::Bucket;
use clap::{Args, Parser, Subcommand};
use serde::Deserialize;

use crate::settings::{Settings, Tls};
use crate::trouble::Trouble;

/// Where the program listens unless it is told otherwise.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
/// Where a bucket is unless it is told otherwise.
const S3_REGION_DEFAULT: &str = "us-east-1";
/// The folder of the database, pictures and certificates unless it is told otherwise.
pub const DATA_DEFAULT: &str = "data";

/// The back end of a store in one program, on Shopify's public APIs.
#[derive(Debug, Parser)]
#[command(name = "stockroom", version, max_term_width = 100)]
pub struct Line {
    /// What to do; a demo store when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can be told to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a demo store with products, orders and fixed credentials.
    Demo(Demo),
    /// Serve the shops of a database.
    Serve(Serve),
    /// Make access tokens for apps and storefronts.
    #[command(subcommand)]
    Token(Token),
    /// Read files into a shop.
    #[command(subcommand)]
    Import(Import),
    /// Write a shop's data to files.
    #[command(subcommand)]
    Export(Export),
    /// Open shops.
    #[command(subcommand)]
    Shop(ShopCommand),
    /// Let people into the merchant's pages.
    #[command(subcommand)]
    Staff(Staff),
    /// Bring the database up to this program's tables, and stop.
    Migrate(Place),
}

/// Where the data is.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Folder of the database, pictures and certificates [default: data]
    #[arg(long, env = "STOCKROOM_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database to use instead of the folder's: sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "STOCKROOM_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// TOML file with the same settings as the flags (data, database, listen, tls_cert, tls_key, tls, s3_bucket, …)
    #[arg(long, env = "STOCKROOM_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How to listen.
#[derive(Debug, Clone, Default, Args)]
pub struct Listening {
    /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, env = "STOCKROOM_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Certificate chain in PEM
    #[arg(
        long,
        env = "STOCKROOM_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// Private key in PEM
    #[arg(
        long,
        env = "STOCKROOM_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
    /// Serve https with a certificate made for the shops' domains, kept under DIR/tls
    #[arg(long, env = "STOCKROOM_TLS", value_name = "KIND", value_parser = ["self-signed"], conflicts_with = "tls_cert")]
    pub tls: Option<String>,
    /// Print one line of JSON when ready to serve
    #[arg(long)]
    pub json: bool,
}

/// Where files are kept, if not under the data folder.
#[derive(Debug, Clone, Default, Args)]
pub struct Keeping {
    /// Bucket of an S3-compatible store to keep files in, instead of the data folder
    #[arg(long, env = "STOCKROOM_S3_BUCKET", value_name = "NAME")]
    pub s3_bucket: Option<String>,
    /// Region of the bucket [default: us-east-1]
    #[arg(long, env = "STOCKROOM_S3_REGION", value_name = "REGION")]
    pub s3_region: Option<String>,
    /// Address of the store [default: Amazon's]
    #[arg(long, env = "STOCKROOM_S3_ENDPOINT", value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// Access key that opens the bucket
    #[arg(long, env = "STOCKROOM_S3_ACCESS_KEY", value_name = "KEY")]
    pub s3_access_key: Option<String>,
    /// Secret of the access key; better given as a variable or in the file
    #[arg(
        long,
        env = "STOCKROOM_S3_SECRET_KEY",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub s3_secret_key: Option<String>,
}

/// `stockroom demo`.
#[derive(Debug, Clone, Default, Args)]
pub struct Demo {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// How to listen.
    #[command(flatten)]
    pub listening: Listening,
    /// Throw the demo store away and begin again
    #[arg(long)]
    pub reset: bool,
}

/// `stockroom serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// How to listen.
    #[command(flatten)]
    pub listening: Listening,
    /// Where files are kept.
    #[command(flatten)]
    pub keeping: Keeping,
    /// Let webhooks reach addresses of this machine: for development only
    #[arg(long, env = "STOCKROOM_ALLOW_LOOPBACK")]
    pub allow_loopback: bool,
}

/// `stockroom token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make an Admin API token (shown once), or a Storefront API token with --storefront.
    Create(TokenCreate),
}

/// `stockroom token create`.
#[derive(Debug, Args)]
pub struct TokenCreate {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// The shop's handle or domain
    #[arg(long)]
    pub shop: String,
    /// Scopes, separated by commas: read_products,write_orders
    #[arg(long, value_delimiter = ',', required_unless_present = "storefront")]
    pub scopes: Vec<String>,
    /// What the token is for
    #[arg(long, default_value = "Command line")]
    pub title: String,
    /// Make a public Storefront API token instead
    #[arg(long)]
    pub storefront: bool,
    /// Cost points that the token's app may spend a second; 0 means no limit, for load tests
    #[arg(long, value_name = "POINTS", default_value = "100", value_parser = clap::value_parser!(u32))]
    pub throttle: u32,
    /// Print one line of JSON
    #[arg(long)]
    pub json: bool,
}

/// `stockroom import`.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Read a product CSV, in the classic or the newer dialect.
    ///
    /// Every row that is refused is named with its line and why; a product is imported whole or
    /// not at all. Exit status: 0 when products were imported or nothing was refused, 2 when rows
    /// were refused and nothing was imported, 1 when the file, the shop or the database cannot be
    /// used.
    Products(ImportProducts),
}

/// `stockroom import products`.
#[derive(Debug, Args)]
pub struct ImportProducts {
    /// The CSV file
    pub file: PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// The shop's handle or domain
    #[arg(long)]
    pub shop: String,
    /// Print one line of JSON at the end
    #[arg(long)]
    pub json: bool,
}

/// `stockroom export`.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// Write all products as a product CSV in the classic dialect, which `import products` reads.
    ///
    /// The shop may go on selling meanwhile. Texts that a spreadsheet would take for formulas get
    /// an apostrophe before them, which the import takes off again.
    Products(ExportProducts),
}

/// `stockroom export products`.
#[derive(Debug, Args)]
pub struct ExportProducts {
    /// The CSV file to write
    pub file: PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// The shop's handle or domain
    #[arg(long)]
    pub shop: String,
    /// Put before addresses of pictures that are paths in the shop, scheme and host
    #[arg(long, value_name = "URL")]
    pub origin: Option<String>,
    /// Print one line of JSON at the end
    #[arg(long)]
    pub json: bool,
}

/// `stockroom shop`.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Open a shop with one location.
    Create(ShopCreate),
}

/// `stockroom shop create`.
#[derive(Debug, Args)]
pub struct ShopCreate {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// First part of the permanent domain HANDLE.myshopify.com
    #[arg(long)]
    pub handle: String,
    /// The name that buyers see
    #[arg(long)]
    pub name: String,
    /// Where the merchant is written to
    #[arg(long)]
    pub email: String,
    /// Currency of the books, as ISO 4217
    #[arg(long, default_value = "USD")]
    pub currency: String,
    /// Country of the shop, as ISO 3166-1
    #[arg(long, default_value = "US")]
    pub country: String,
    /// IANA time zone of its days and reports
    #[arg(long, default_value = "Etc/UTC")]
    pub time_zone: String,
    /// Tax rate in percent, such as 19 or 8.25
    #[arg(long, default_value = "0", allow_hyphen_values = true)]
    pub tax_percent: String,
    /// What the tax is called
    #[arg(long, default_value = "Tax")]
    pub tax_title: String,
    /// Prices include the tax
    #[arg(long)]
    pub taxes_included: bool,
    /// Price of the flat shipping rate
    #[arg(long, default_value = "0", allow_hyphen_values = true)]
    pub shipping_price: String,
    /// What the flat shipping rate is called
    #[arg(long, default_value = "Standard")]
    pub shipping_title: String,
    /// Allow the test gateway: no real orders
    #[arg(long)]
    pub test: bool,
}

/// `stockroom staff`.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// Add somebody who may sign in at /admin; the password is read from standard input.
    Create(StaffCreate),
}

/// `stockroom staff create`.
#[derive(Debug, Args)]
pub struct StaffCreate {
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// The shop's handle or domain
    #[arg(long)]
    pub shop: String,
    /// What they sign in with
    #[arg(long)]
    pub email: String,
    /// First name
    #[arg(long, default_value = "")]
    pub first_name: String,
    /// Last name
    #[arg(long, default_value = "")]
    pub last_name: String,
}

/// The TOML file, as it may be written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    database: Option<String>,
    listen: Option<SocketAddr>,
    tls: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    s3_bucket: Option<String>,
    s3_region: Option<String>,
    s3_endpoint: Option<String>,
    s3_access_key: Option<String>,
    s3_secret_key: Option<String>,
}

/// Where the data is, all sources taken together.
#[derive(Debug, Clone)]
pub struct Found {
    /// The folder.
    pub data: PathBuf,
    /// The database's address.
    pub database: String,
    /// Whether the database is the folder's own file.
    pub own_file: bool,
}

impl Place {
    /// Takes flags, variables and file together.
    ///
    /// # Errors
    /// When the file cannot be read or says something unknown.
    pub fn find(&self) -> Result<Found, Trouble> {
        Ok(self.found(&File::read(self.config.as_deref())?))
    }

    fn found(&self, file: &File) -> Found {
        let data = self
            .data
            .clone()
            .or_else(|| file.data.clone())
            .unwrap_or_else(|| PathBuf::from(DATA_DEFAULT));
        let given = self.database.clone().or_else(|| file.database.clone());
        let own_file = given.is_none();
        let database =
            given.unwrap_or_else(|| format!("sqlite://{}", data.join("stockroom.db").display()));
        Found {
            data,
            database,
            own_file,
        }
    }
}

/// Settings for a server, all sources taken together.
///
/// # Errors
/// When the file cannot be read or says something unknown.
pub fn settings(place: &Place, listening: &Listening) -> Result<Settings, Trouble> {
    let file = File::read(place.config.as_deref())?;
    let found = place.found(&file);
    let listen = match listening.listen.or(file.listen) {
        Some(address) => address,
        None => LISTEN_DEFAULT.parse().expect("the default is an address"),
    };
    let pair = match (&listening.tls_cert, &listening.tls_key) {
        (Some(cert), Some(key)) => Some((cert.clone(), key.clone())),
        _ if listening.tls.is_some() => None,
        _ => file.tls_cert.clone().zip(file.tls_key.clone()),
    };
    let tls = match (pair, listening.tls.as_ref().or(file.tls.as_ref())) {
        (Some((cert, key)), _) => Tls::Files { cert, key },
        (None, Some(kind)) if kind == "self-signed" => Tls::SelfSigned,
        (None, Some(kind)) => return Err(Trouble::TlsKind(kind.clone())),
        (None, None) => Tls::Off,
    };
    Ok(Settings {
        database: found.database,
        data: found.data,
        listen,
        tls,
        ..Settings::default()
    })
}

/// The bucket that files are kept in, all sources taken together; none unless one is named.
///
/// # Errors
/// When a key is missing, or the file cannot be read.
pub fn bucket(place: &Place, keeping: &Keeping) -> Result<Option<Bucket>, Trouble> {
    let file = File::read(place.config.as_deref())?;
    let either = |flag: &Option<String>, file: Option<String>| flag.clone().or(file);
    let Some(name) = either(&keeping.s3_bucket, file.s3_bucket) else {
        return Ok(None);
    };
    let access_key = either(&keeping.s3_access_key, file.s3_access_key);
    let secret_key = either(&keeping.s3_secret_key, file.s3_secret_key);
    let Some((access_key, secret_key)) = access_key.zip(secret_key) else {
        let why =
            "A bucket needs its keys: set STOCKROOM_S3_ACCESS_KEY and STOCKROOM_S3_SECRET_KEY.";
        return Err(Trouble::Input(why.to_owned()));
    };
    let region = either(&keeping.s3_region, file.s3_region);
    Ok(Some(Bucket {
        name,
        region: region.unwrap_or_else(|| S3_REGION_DEFAULT.to_owned()),
        endpoint: either(&keeping.s3_endpoint, file.s3_endpoint),
        access_key,
        secret_key,
    }))
}

impl File {
    fn read(path: Option<&Path>) -> Result<Self, Trouble> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(path).map_err(|cause| Trouble::ConfigUnreadable {
            path: path.to_owned(),
            cause,
        })?;
        toml::from_str(&text).map_err(|cause| Trouble::ConfigWrong {
            path: path.to_owned(),
            cause: Box::new(cause),
        })
    }
}

/// The filter of the log, as `RUST_LOG` writes it: `STOCKROOM_LOG`, or warnings only.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this file reads the environment for everybody"
)]
pub fn log_filter() -> String {
    std::env::var("STOCKROOM_LOG").unwrap_or_else(|_| "warn".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_parses_as_the_contract_writes_it() {
        for line in [
            "stockroom",
            "stockroom demo --data d --listen 127.0.0.1:0 --json --reset",
            "stockroom serve --data d --listen 127.0.0.1:0 --tls self-signed --json",
            "stockroom serve --database postgres://u@h/n --tls-cert c --tls-key k",
            "stockroom token create --shop s --scopes read_products,write_orders",
            "stockroom import products f.csv --shop s",
            "stockroom shop create --handle h --name n --email e",
            "stockroom staff create --shop s --email e",
            "stockroom migrate --data d",
        ] {
            let parsed = Line::try_parse_from(line.split(' '));
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
    }

    #[test]
    fn a_bucket_needs_its_keys() {
        let named = |keys: Option<&str>| Keeping {
            s3_bucket: Some("files".to_owned()),
            s3_access_key: keys.map(str::to_owned),
            s3_secret_key: keys.map(str::to_owned),
            ..Keeping::default()
        };
        let place = Place::default();
        assert!(bucket(&place, &Keeping::default()).unwrap().is_none());
        assert!(bucket(&place, &named(None)).is_err());
        let found = bucket(&place, &named(Some("k"))).unwrap().unwrap();
        assert_eq!(found.region, "us-east-1");
        assert!(!format!("{found:?}").contains("secret"));
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        assert!(Line::try_parse_from(["stockroom", "serve", "--tls-cert", "c"]).is_err());
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let file = File {
            data: Some("from-file".into()),
            ..File::default()
        };
        let flag = Place {
            data: Some("from-flag".into()),
            ..Place::default()
        };
        assert_eq!(flag.found(&file).data, PathBuf::from("from-flag"));
        assert_eq!(
            Place::default().found(&file).database,
            "sqlite://from-file/stockroom.db"
        );
        assert_eq!(
            Place::default().found(&File::default()).data,
            PathBuf::from("data")
        );
    }
}
