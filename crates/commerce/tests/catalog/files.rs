//! Files on their way into the shop, and out of it.

use commerce::catalog::{self, MediaInput};
use commerce::files::{
    self, DuplicateMode, FileError, FileInput, FileStatus, FileUpdate, Probed, Settled,
};
use store::StoreError;
use units::{Gid, MediaImageId};

use crate::world::{SHOP, World, counted_on_both, on_both, titled};

fn file(world: &World, id: MediaImageId) -> Option<files::File> {
    world.read(move |tx| files::by_ids(tx, &[id]).unwrap().remove(0))
}

fn created(world: &World, source: &str, filename: &str) -> MediaImageId {
    let call = world.call_in(SHOP);
    let input = FileInput {
        source: source.to_owned(),
        filename: Some(filename.to_owned()),
        duplicates: DuplicateMode::Replace,
        ..FileInput::default()
    };
    let made = world.db.write_blocking(SHOP, move |tx| {
        files::create(tx, &call, std::slice::from_ref(&input))
    });
    made.unwrap()[0]
}

fn change(world: &World, update: &FileUpdate) -> Result<(), FileError> {
    let (call, update) = (world.call_in(SHOP), update.clone());
    let changed = world.db.write_blocking(SHOP, move |tx| {
        files::change(tx, &call, std::slice::from_ref(&update))
    });
    changed.map(drop)
}

fn update(id: MediaImageId) -> FileUpdate {
    FileUpdate {
        id: gid(id),
        alt: None,
        filename: None,
        source: None,
        preview: None,
    }
}

fn gid(id: MediaImageId) -> Gid {
    Gid {
        kind: "MediaImage".to_owned(),
        number: id.get(),
    }
}

fn task(world: &World, id: MediaImageId) -> Option<files::Task> {
    world.read(move |tx| files::task(tx, id).unwrap())
}

fn settle(world: &World, task: &files::Task, is_good: bool) {
    let (call, task) = (world.call_in(SHOP), task.clone());
    let outcome = match is_good {
        true => Settled::Ready(Probed {
            size_bytes: 7,
            mime_type: "image/png".to_owned(),
            dimensions: Some((2, 3)),
            duration_ms: None,
            filename: None,
        }),
        false => Settled::Failed("IMAGE_DOWNLOAD_FAILURE", "There is nothing.".to_owned()),
    };
    let settled = world
        .db
        .write_blocking(SHOP, move |tx| files::settle(tx, &call, 1, &task, &outcome));
    settled.unwrap();
}

fn delete(world: &World, id: MediaImageId) {
    let call = world.call_in(SHOP);
    let deleted = world
        .db
        .write_blocking(SHOP, move |tx| files::delete(tx, &call, &[gid(id)]));
    deleted.unwrap();
}

/// The names of bytes that are to go.
fn gone(world: &World) -> Vec<String> {
    world.read(|tx| {
        let ids: Vec<i64> = tx
            .all(
                "SELECT id FROM gone_blobs WHERE shop_id = $shop ORDER BY id",
                (),
            )
            .unwrap();
        let keys = files::gone(tx, &ids).unwrap();
        let name = |(_, key): (i64, String)| key.replace("files/1/", "");
        keys.into_iter().map(name).collect()
    })
}

fn ready(world: &World, source: &str, filename: &str) -> MediaImageId {
    let id = created(world, source, filename);
    settle(world, &task(world, id).unwrap(), true);
    id
}

#[test]
fn new_bytes_under_a_new_name_leave_nothing_under_the_old_one() {
    on_both(|world| {
        let id = ready(world, "https://a.test/cup.png", "cup.png");
        let both = FileUpdate {
            filename: Some("mug.png".to_owned()),
            source: Some("https://a.test/mug.png".to_owned()),
            ..update(id)
        };
        change(world, &both).unwrap();
        let held = file(world, id).unwrap();
        assert!(held.url.starts_with("/cdn/shop/files/cup.png"), "{held:?}");
        assert!(gone(world).is_empty(), "it is still shown");
        let other = created(world, "https://a.test/cup.png", "cup.png");
        assert_ne!(file(world, other).unwrap().filename, "cup.png");

        settle(world, &task(world, id).unwrap(), true);
        let held = file(world, id).unwrap();
        assert!(held.url.starts_with("/cdn/shop/files/mug.png"), "{held:?}");
        assert_eq!(
            (held.leaves, gone(world)),
            (None, vec!["cup.png".to_owned()])
        );

        // A file that gets the name before the bytes are gone keeps it.
        let next = created(world, "https://a.test/cup.png", "cup.png");
        assert_eq!(file(world, next).unwrap().filename, "cup.png");
        assert!(gone(world).is_empty());
    });
}

#[test]
fn a_renaming_that_failed_is_taken_back_when_that_is_acknowledged() {
    on_both(|world| {
        let id = ready(world, "https://a.test/cup.png", "cup.png");
        let both = FileUpdate {
            filename: Some("mug.png".to_owned()),
            source: Some("https://a.test/missing.png".to_owned()),
            ..update(id)
        };
        change(world, &both).unwrap();
        settle(world, &task(world, id).unwrap(), false);
        let call = world.call_in(SHOP);
        let done = world
            .db
            .write_blocking(SHOP, move |tx| files::acknowledge(tx, &call, &[gid(id)]));
        done.unwrap();
        let held = file(world, id).unwrap();
        assert_eq!((held.filename.as_str(), held.leaves), ("cup.png", None));
        assert!(!held.source.ends_with("missing.png"));
        delete(world, id);
        assert_eq!(gone(world), ["cup.png"]);
    });
}

#[test]
fn a_file_that_is_deleted_while_its_bytes_come_leaves_none_behind() {
    on_both(|world| {
        let id = created(world, "https://a.test/cup.png", "cup.png");
        let under_way = task(world, id).unwrap();
        delete(world, id);
        let forget = world
            .db
            .write_blocking(SHOP, |tx| -> Result<_, StoreError> {
                tx.execute("DELETE FROM gone_blobs WHERE shop_id = $shop", ())
            });
        assert_eq!(forget.unwrap(), 1, "a job found nothing there yet");
        settle(world, &under_way, true);
        assert_eq!(gone(world), ["cup.png"]);
    });
}

#[test]
fn a_file_that_is_replaced_while_its_bytes_come_gets_those_that_were_asked_for_last() {
    on_both(|world| {
        let id = ready(world, "https://a.test/cup.png", "cup.png");
        assert_eq!(created(world, "https://b.test/cup.png", "cup.png"), id);
        let first = task(world, id).unwrap();
        assert_eq!(created(world, "https://c.test/cup.png", "cup.png"), id);
        settle(world, &task(world, id).unwrap(), true);
        settle(world, &first, true);
        let held = file(world, id).unwrap();
        assert_eq!(held.status, FileStatus::Processing, "others lie there now");
        let again = task(world, id).unwrap();
        assert_eq!(again.source, "https://c.test/cup.png");
        settle(world, &again, true);
        assert_eq!(file(world, id).unwrap().status, FileStatus::Ready);
    });
}

#[test]
fn two_new_files_cannot_replace_the_same_one() {
    on_both(|world| {
        ready(world, "https://a.test/cup.png", "cup.png");
        let call = world.call_in(SHOP);
        let input = FileInput {
            source: "https://b.test/cup.png".to_owned(),
            filename: Some("CUP.png".to_owned()),
            duplicates: DuplicateMode::Replace,
            ..FileInput::default()
        };
        let made = world.db.write_blocking(SHOP, move |tx| {
            files::create(tx, &call, &[input.clone(), input.clone()])
        });
        let names: Vec<String> = made
            .unwrap()
            .into_iter()
            .map(|id| file(world, id).unwrap().filename)
            .collect();
        assert_eq!(names[0], "cup.png");
        assert!(names[1].starts_with("CUP_"), "{names:?}");
    });
}

#[test]
fn many_media_are_taken_up_by_as_many_statements_as_a_few() {
    counted_on_both(|world| {
        let given = |from: usize, count: usize| {
            let media = (from..from + count).map(|number| MediaInput {
                url: Some(format!("https://a.test/cup-{number}.png")),
                ..MediaInput::default()
            });
            catalog::ProductInput {
                media: Some(media.collect()),
                ..titled("Cup")
            }
        };
        let few = world.statements(|| assert!(world.create(given(0, 2)).get() > 0));
        let many = world.statements(|| assert!(world.create(given(2, 60)).get() > 0));
        assert_eq!(few, many);
    });
}
