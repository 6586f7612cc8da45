//! Inventory: locations, levels and the ledger behind them.
