//! What a shop and a process have of their own: commit numbers and ids.

use store::{Db, StoreError};
use units::Timestamp;

use crate::world::{SHOP, TWIN, World, on_both, options};

const NOW: Timestamp = Timestamp(1_790_000_000_000_000);

fn touch(world: &World) -> Result<u64, StoreError> {
    world.db.write_blocking(SHOP, |tx| {
        tx.execute(
            "UPDATE items SET stock = stock + 1 WHERE shop_id = $shop",
            (),
        )
    })
}

#[test]
fn the_commit_number_rises_with_every_write_and_with_no_read() {
    on_both(|world| {
        world.given_items(&[1]);
        let before = world.commits(SHOP);
        let twin = world.commits(TWIN);
        touch(world).unwrap();
        touch(world).unwrap();
        assert_eq!(world.commits(SHOP), before + 2);
        assert_eq!(world.commits(TWIN), twin);
    });
}

#[test]
fn ids_go_on_above_the_last_ones_after_a_restart() {
    on_both(|world| {
        world.given_items(&[1]);
        let used = (0..50_000).map(|_| world.db.ids().next(NOW)).max().unwrap();
        touch(world).unwrap();
        world.db.close();
        let again = Db::open(&world.url, options()).unwrap();
        let earlier = Timestamp(NOW.0 - 60_000_000);
        assert!(again.ids().next(earlier) > used);
    });
}

#[test]
fn two_processes_on_one_server_make_different_ids() {
    let world = crate::world::postgres();
    let other = Db::open(&world.url, options()).unwrap();
    let (one, two) = (world.db.ids().next(NOW), other.ids().next(NOW));
    assert_ne!(one & 15, two & 15);
}
