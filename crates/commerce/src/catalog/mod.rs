//! The catalogue: products, options, variants, media, collections.
