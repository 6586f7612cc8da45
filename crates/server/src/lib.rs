//! The one binary: router, configuration, wiring and command line.
