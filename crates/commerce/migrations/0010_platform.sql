-- Bulk mutations: what came of lines whose effect is stored and that may not be in the file yet.

ALTER TABLE bulk_operations ADD COLUMN unwritten TEXT NOT NULL DEFAULT '';
