//! Connections, transactions, write lanes, migrations and SQL dialects.
