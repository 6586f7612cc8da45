//! Metafields: typed values on any resource.
