//! Opening: each trouble says what it is and how to go on.

use store::{Access, Db, Migration, OpenError, Options};

use crate::world::{MIGRATIONS, SHOP, on_both, options, sqlite};

const LATER: &[Migration] = &[
    MIGRATIONS[0],
    Migration {
        version: 2,
        name: "colours",
        sql: "ALTER TABLE items ADD COLUMN colour TEXT;",
    },
];

const BROKEN: &[Migration] = &[
    MIGRATIONS[0],
    Migration {
        version: 2,
        name: "nonsense",
        sql: "CREATE TABLE gone (
    id BIGINT NOT NULL PRIMARY KEY
);
ALTER TABLE nowhere ADD COLUMN colour TEXT;",
    },
];

#[test]
fn a_newer_database_names_both_versions() {
    on_both(|world| {
        world.db.close();
        Db::open(&world.url, Options::new(LATER, "0.2.0"))
            .unwrap()
            .close();
        let error = Db::open(&world.url, options()).err().unwrap();
        let text = error.to_string();
        assert!(matches!(error, OpenError::Newer { .. }));
        assert!(
            text.contains("version 2 (written by Stockroom 0.2.0)"),
            "{text}"
        );
        assert!(
            text.contains("Stockroom 0.1.0, knows versions up to 1"),
            "{text}"
        );
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing() {
    on_both(|world| {
        world.db.close();
        let error = Db::open(&world.url, Options::new(BROKEN, "0.2.0"))
            .err()
            .unwrap();
        assert!(
            matches!(error, OpenError::Migration { version: 2, .. }),
            "{error}"
        );
        let again = Db::open(&world.url, options()).unwrap();
        let found = again
            .platform_read_blocking(|platform| platform.all::<i64>("SELECT id FROM gone", ()))
            .unwrap();
        assert!(found.is_err());
    });
}

#[test]
fn a_second_process_on_the_file_is_refused_and_a_visitor_is_not() {
    let world = sqlite();
    world.given_items(&[1]);
    let error = Db::open(&world.url, options()).err().unwrap();
    assert!(matches!(error, OpenError::InUse { .. }));
    let visit = Options {
        access: Access::Visit,
        ..options()
    };
    let visitor = Db::open(&world.url, visit).unwrap();
    visitor
        .write_blocking(SHOP, |tx| {
            tx.execute("UPDATE items SET stock = 3 WHERE shop_id = $shop", ())
        })
        .map_err(|error: store::StoreError| error)
        .unwrap();
    assert_eq!(world.stock(SHOP, 1), 3);
    assert_ne!(
        visitor.ids().next(units::Timestamp(0)) & 15,
        world.db.ids().next(units::Timestamp(0)) & 15
    );
}

#[test]
fn addresses_files_and_servers_that_do_not_work_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = |url: &str| Db::open(url, options()).err().unwrap().to_string();
    assert!(text("mysql://root:secret@host/db").contains("mysql://…@host/db"));
    let file = folder.path().join("file");
    std::fs::write(
        &file,
        "no database, but long enough to be read as one ".repeat(99),
    )
    .unwrap();
    let under = text(&format!("sqlite://{}/shop.db", file.display()));
    assert!(under.contains("cannot be written"), "{under}");
    let damaged = text(&format!("sqlite://{}", file.display()));
    assert!(
        damaged.contains("cannot be read as a database"),
        "{damaged}"
    );
    let nobody = text("postgres://nobody:secret@127.0.0.1:9/none");
    assert!(nobody.contains("127.0.0.1:9/none"), "{nobody}");
    assert!(!nobody.contains("secret"), "{nobody}");
}

#[test]
fn a_visitor_does_not_change_the_schema_under_a_running_server() {
    let world = sqlite();
    let visit = Options {
        access: Access::Visit,
        ..Options::new(LATER, "0.2.0")
    };
    let error = Db::open(&world.url, visit.clone()).err().unwrap();
    assert!(matches!(error, OpenError::Older { .. }), "{error}");
    world.db.close();
    Db::open(&world.url, visit).unwrap();
}

#[test]
fn sqlite_finds_rows_by_their_index_and_not_by_reading_the_shop() {
    let world = sqlite();
    type Step = (i64, i64, i64, String);
    let plan = world.db.write_blocking(SHOP, |tx| {
        tx.all::<Step>(
            "EXPLAIN QUERY PLAN
             SELECT stock FROM items WHERE shop_id = $shop AND title = $1",
            ("a",),
        )
    });
    let plan = &plan.unwrap()[0].3;
    assert!(plan.contains("items_by_title"), "{plan}");
}

#[test]
fn the_write_ahead_log_is_carried_into_the_file_while_the_store_runs() {
    let world = sqlite();
    let path = world.url.strip_prefix("sqlite://").unwrap().to_owned();
    for batch in 0..48_i64 {
        world
            .db
            .write_blocking(SHOP, move |tx| {
                let rows: Vec<(i64, String)> = (0..150)
                    .map(|row| (batch * 1_000 + row, "wide ".repeat(800)))
                    .collect();
                tx.insert_many(
                    "INSERT INTO items (shop_id, id, title, stock) VALUES ($shop, $1, $2, 1)",
                    &rows,
                )
            })
            .map_err(|error: store::StoreError| error)
            .unwrap();
    }
    let carried = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::fs::metadata(&path).unwrap().len() > 8 << 20
    });
    assert!(carried);
}

#[cfg(unix)]
#[test]
fn a_new_database_is_its_owners_alone_and_an_old_one_is_left_as_it_is() {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().join("data");
    let file = folder.join("shop.db");
    let url = format!("sqlite://{}", file.display());
    let mode = |path: &std::path::Path| metadata(path).unwrap().permissions().mode() & 0o777;

    let db = Db::open(&url, options()).unwrap();
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    assert_eq!(mode(&folder.join("shop.db-wal")), 0o600);
    db.close();

    set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    Db::open(&url, options()).unwrap().close();
    assert_eq!((mode(&folder), mode(&file)), (0o755, 0o644));
}
