use super::*;

fn shop(text: &str) -> Statement<'_> {
    parse(text, Side::Shop).unwrap()
}

#[test]
fn the_shop_is_the_first_parameter_on_both() {
    let statement = shop("SELECT a FROM t WHERE shop_id = $shop AND id = $1 AND b = $2");
    assert_eq!(
        statement.sqlite(),
        "SELECT a FROM t WHERE shop_id = ?1 AND id = ?2 AND b = ?3"
    );
    assert_eq!(
        statement.postgres(),
        "SELECT a FROM t WHERE shop_id = $1::bigint AND id = $2 AND b = $3"
    );
    assert_eq!(statement.params, 2);
    assert!(!statement.writes);
}

#[test]
fn a_text_without_the_shop_is_refused_even_if_a_quote_or_a_comment_has_it() {
    for text in [
        "SELECT 1",
        "SELECT '$shop'",
        "SELECT 1 -- $shop",
        "SELECT \"$shop\" FROM t",
    ] {
        assert!(matches!(
            parse(text, Side::Shop),
            Err(StoreError::ShopNotNamed { .. })
        ));
    }
}

#[test]
fn the_platform_may_not_name_a_shop() {
    for text in ["SELECT $shop", "SELECT id FROM orders WHERE Shop_Id = $1"] {
        assert!(matches!(
            parse(text, Side::Platform),
            Err(StoreError::ShopNamed { .. })
        ));
    }
    let statement = parse("SELECT id FROM shops WHERE id = $1", Side::Platform).unwrap();
    assert_eq!(statement.sqlite(), "SELECT id FROM shops WHERE id = ?1");
    assert_eq!(statement.postgres(), "SELECT id FROM shops WHERE id = $1");
}

#[test]
fn quotes_keep_their_dollars() {
    let statement = shop("SELECT 'it''s $1', \"a$2\" FROM t WHERE shop_id = $shop");
    assert_eq!(
        statement.sqlite(),
        "SELECT 'it''s $1', \"a$2\" FROM t WHERE shop_id = ?1"
    );
    assert_eq!(statement.params, 0);
}

#[test]
fn lists_become_arrays_on_sqlite() {
    let statement = shop("SELECT a FROM t WHERE shop_id = $shop AND id = ANY($1) AND b<>ALL( $2 )");
    assert_eq!(
        statement.sqlite(),
        "SELECT a FROM t WHERE shop_id = ?1 AND id IN rarray(?2) AND bNOT IN rarray(?3)"
            .replace("bNOT", "b NOT")
    );
}

#[test]
fn the_collation_is_dropped_on_sqlite() {
    let statement = shop("SELECT a FROM t WHERE shop_id = $shop ORDER BY a COLLATE \"C\", id");
    assert!(!statement.sqlite().contains("COLLATE"));
    assert!(statement.sqlite().ends_with(", id"));
    assert!(statement.postgres().contains("COLLATE \"C\""));
}

#[test]
fn a_gap_in_the_parameters_is_refused() {
    assert!(parse("SELECT $2 FROM t WHERE shop_id = $shop", Side::Shop).is_err());
    assert!(parse("SELECT $0 FROM t WHERE shop_id = $shop", Side::Shop).is_err());
    assert!(parse("SELECT $65 FROM t WHERE shop_id = $shop", Side::Shop).is_err());
    assert!(parse("SELECT $name FROM t WHERE shop_id = $shop", Side::Shop).is_err());
}

#[test]
fn an_insert_of_many_rows_selects_from_arrays() {
    let statement = shop(
        "INSERT INTO t (shop_id, id, name, n) VALUES ($shop, $1, lower($2), 0) \
         ON CONFLICT (shop_id, id) DO UPDATE SET n = t.n + excluded.n",
    );
    assert_eq!(
        statement
            .postgres_many(&["int8".into(), "text".into()])
            .unwrap(),
        "INSERT INTO t (shop_id, id, name, n) SELECT $1::bigint, _given._1, lower(_given._2), 0 \
         FROM unnest($2::int8[], $3::text[]) AS _given(_1, _2) \
         ON CONFLICT (shop_id, id) DO UPDATE SET n = t.n + excluded.n"
    );
}

#[test]
fn an_update_of_many_rows_joins_arrays() {
    let statement = shop("UPDATE t SET n = n + $2 WHERE shop_id = $shop AND id = $1");
    assert_eq!(
        statement
            .postgres_many(&["int8".into(), "int8".into()])
            .unwrap(),
        "UPDATE t SET n = n + _given._2 FROM unnest($2::int8[], $3::int8[]) AS _given(_1, _2) \
         WHERE shop_id = $1::bigint AND id = _given._1"
    );
    let statement = shop("DELETE FROM t WHERE shop_id = $shop AND id = $1");
    assert_eq!(
        statement.postgres_many(&["int8".into()]).unwrap(),
        "DELETE FROM t USING unnest($2::int8[]) AS _given(_1) \
         WHERE shop_id = $1::bigint AND id = _given._1"
    );
}

#[test]
fn an_update_that_joins_already_keeps_its_join() {
    let statement = shop(
        "UPDATE t SET n = o.n FROM o WHERE t.shop_id = $shop AND o.shop_id = $shop AND t.id = $1",
    );
    assert!(
        statement
            .postgres_many(&["int8".into()])
            .unwrap()
            .contains("FROM unnest($2::int8[]) AS _given(_1), o WHERE")
    );
}

#[test]
fn each_key_runs_the_text_beside_it() {
    let statement = shop("SELECT id FROM v WHERE shop_id = $shop AND p = $1 ORDER BY id LIMIT $2");
    assert_eq!(
        statement.postgres_each("int8").unwrap(),
        "SELECT _given.place, _found.* FROM unnest($2::int8[]) WITH ORDINALITY \
         AS _given(key, place) CROSS JOIN LATERAL (SELECT id FROM v WHERE shop_id = $1::bigint \
         AND p = _given.key ORDER BY id LIMIT $3) AS _found"
    );
}

#[test]
fn a_row_form_that_cannot_be_many_is_refused() {
    for text in [
        "INSERT INTO t SELECT $shop, $1",
        "INSERT INTO t VALUES ($shop, $1) ON CONFLICT (id) DO UPDATE SET n = $2",
        "UPDATE t SET shop_id = $shop, n = $1",
        "DELETE FROM t WHERE shop_id = $shop AND id = $1 RETURNING id",
        "SELECT $1 FROM t WHERE shop_id = $shop",
        "DELETE FROM t WHERE shop_id = $shop",
    ] {
        assert!(shop(text).takes_many().is_err(), "{text}");
    }
}

#[test]
fn a_with_clause_writes_when_it_changes_rows() {
    assert!(!shop("WITH a AS (SELECT 1) SELECT * FROM a WHERE 1 = $shop").writes);
    assert!(shop("WITH a AS (SELECT 1) INSERT INTO t SELECT $shop").writes);
}

const SCRIPT: &str = "
-- Things; and more.
CREATE TABLE things (
    shop_id BIGINT NOT NULL,
    name TEXT NOT NULL CHECK (name <> 'BIGINT; TEXT'),
    size TEXT COLLATE \"C\" NOT NULL DEFAULT (CAST(1 AS TEXT)),
    PRIMARY KEY (shop_id, name)
);
CREATE INDEX things_by_size ON things (shop_id, size COLLATE \"C\");
ALTER TABLE things ADD COLUMN note TEXT;
";

#[test]
fn a_migration_becomes_strict_tables_without_rowid_on_sqlite() {
    let script = sqlite_script(SCRIPT).unwrap();
    assert!(script.contains("shop_id INTEGER NOT NULL"), "{script}");
    assert!(
        script.contains("CHECK (name <> 'BIGINT; TEXT')"),
        "{script}"
    );
    assert!(script.contains(") STRICT, WITHOUT ROWID;"), "{script}");
    assert!(!script.contains("COLLATE"), "{script}");
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(&script).unwrap();
}

#[test]
fn text_columns_compare_bytewise_on_postgresql() {
    let script = postgres_script(SCRIPT).unwrap();
    assert!(script.contains("shop_id BIGINT NOT NULL"), "{script}");
    assert!(
        script.contains("name TEXT COLLATE \"C\" NOT NULL CHECK"),
        "{script}"
    );
    assert!(
        script.contains("size TEXT COLLATE \"C\" NOT NULL"),
        "{script}"
    );
    assert!(script.contains("CAST(1 AS TEXT)"), "{script}");
    assert!(script.contains("note TEXT COLLATE \"C\";"), "{script}");
    assert!(!script.contains("STRICT"), "{script}");
}

#[test]
fn only_a_plain_insert_of_one_row_is_sure() {
    assert!(shop("INSERT INTO t (shop_id, a) VALUES ($shop, lower($1))").sure);
    for text in [
        "INSERT INTO t VALUES ($shop, $1), ($shop, $2)",
        "INSERT INTO t VALUES ($shop) ON CONFLICT DO NOTHING",
        "INSERT INTO t VALUES ($shop) RETURNING a",
        "INSERT INTO t SELECT $shop",
        "UPDATE t SET a = 1 WHERE shop_id = $shop",
    ] {
        assert!(!shop(text).sure, "{text}");
    }
}
