//! Money, quantities, ids, handles and time: values without I/O.
