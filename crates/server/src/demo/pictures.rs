//! The demo's pictures, which the binary carries.

/// Names of files in `demo/images`, each with its bytes.
macro_rules! carried {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../../../demo/images/", $name)))),*]
    };
}

/// Each picture's name and bytes; a test says that none is missing.
pub(super) const PICTURES: &[(&str, &[u8])] = carried! {
    "bay-linen-apron-linen.svg"
    "bay-linen-apron-rust.svg"
    "bay-linen-apron-slate.svg"
    "bedside-lamp-linen.svg"
    "bedside-lamp-rust.svg"
    "beeswax-tapers-set-of-three-rust.svg"
    "beeswax-tapers-set-of-three-sand.svg"
    "cooks-knife-black.svg"
    "cooks-knife-walnut.svg"
    "cove-serving-bowl-indigo.svg"
    "cove-serving-bowl-sand.svg"
    "daily-frying-pan.svg"
    "driftwood-stool.svg"
    "dune-vase-chalk.svg"
    "dune-vase-clay.svg"
    "dune-vase-indigo.svg"
    "five-hook-rail-oak.svg"
    "five-hook-rail-walnut.svg"
    "gull-kettle-charcoal.svg"
    "gull-kettle-steel.svg"
    "hand-wash-fig-leaf.svg"
    "hand-wash-vetiver.svg"
    "harbour-stool-black.svg"
    "harbour-stool-oak.svg"
    "harbour-stool-walnut.svg"
    "harvest-serving-tray-oak.svg"
    "harvest-serving-tray-walnut.svg"
    "hearth-rug-charcoal.svg"
    "hearth-rug-rust.svg"
    "herb-planter-sand.svg"
    "herb-planter-sea.svg"
    "jetty-bench-ash.svg"
    "jetty-bench-oak.svg"
    "ladder-shelf-black.svg"
    "ladder-shelf-oak.svg"
    "lantern-pendant-brass.svg"
    "lantern-pendant-charcoal.svg"
    "lantern-pendant-white.svg"
    "lidded-box-ash.svg"
    "lidded-box-walnut.svg"
    "lighthouse-pitcher-chalk.svg"
    "lighthouse-pitcher-indigo.svg"
    "linen-cushion-clay.svg"
    "linen-cushion-linen.svg"
    "linen-cushion-sea.svg"
    "long-spout-watering-can-green.svg"
    "long-spout-watering-can-steel.svg"
    "long-table-oak.svg"
    "long-table-walnut.svg"
    "market-basket-charcoal.svg"
    "market-basket-natural.svg"
    "mast-side-table-ash.svg"
    "mast-side-table-walnut.svg"
    "oak-chopping-board.svg"
    "pebble-bowl-chalk.svg"
    "pebble-bowl-moss.svg"
    "pebble-bowl-sea.svg"
    "porch-broom.svg"
    "potting-brush.svg"
    "quayside-espresso-cup-chalk.svg"
    "quayside-espresso-cup-clay.svg"
    "quayside-mug-chalk.svg"
    "quayside-mug-sea.svg"
    "quayside-mug-slate.svg"
    "quayside-saucer-chalk.svg"
    "quayside-saucer-sea.svg"
    "reading-lamp-black.svg"
    "reading-lamp-linen.svg"
    "reed-water-glass-pair-clear.svg"
    "reed-water-glass-pair-smoke.svg"
    "round-mirror-black.svg"
    "round-mirror-brass.svg"
    "round-mirror-oak.svg"
    "sea-salt-soap-rosemary.svg"
    "sea-salt-soap-unscented.svg"
    "slow-clock-oak.svg"
    "slow-clock-walnut.svg"
    "snug-teapot-clay.svg"
    "snug-teapot-moss.svg"
    "spa-towel-charcoal.svg"
    "spa-towel-sea.svg"
    "spa-towel-white.svg"
    "spindle-chair-black.svg"
    "spindle-chair-oak.svg"
    "spoon-carving-evening.svg"
    "spoons-for-stirring-set-of-three-oak.svg"
    "spoons-for-stirring-set-of-three-walnut.svg"
    "spring-carafe-clear.svg"
    "spring-carafe-green.svg"
    "stockpot-enamelled-blue.svg"
    "stockpot-enamelled-rust.svg"
    "stockpot-enamelled-white.svg"
    "the-care-of-good-things.svg"
    "tideline-dinner-plate-chalk.svg"
    "tideline-dinner-plate-slate.svg"
    "tideline-plates-set-of-four-chalk.svg"
    "tideline-plates-set-of-four-sea.svg"
    "waffle-tea-towels-pair-indigo.svg"
    "waffle-tea-towels-pair-sand.svg"
    "winter-candle-cedar.svg"
    "winter-candle-clove.svg"
    "winter-candle-wood-smoke.svg"
    "wool-throw-indigo.svg"
    "wool-throw-moss.svg"
    "wool-throw-oat.svg"
    "wool-throw-rust.svg"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_of_the_demo_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/images");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        there.sort();
        let carried: Vec<&str> = PICTURES.iter().map(|(name, _)| *name).collect();
        assert_eq!(there, carried);
    }
}
