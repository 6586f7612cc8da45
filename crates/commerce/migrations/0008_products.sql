-- What a variant's price is told by: 750 ml at the price of one litre.
ALTER TABLE product_variants ADD COLUMN unit_quantity_micros BIGINT;
ALTER TABLE product_variants ADD COLUMN unit_quantity_unit TEXT;
ALTER TABLE product_variants ADD COLUMN unit_reference_value BIGINT;
ALTER TABLE product_variants ADD COLUMN unit_reference_unit TEXT;
ALTER TABLE product_variants ADD COLUMN show_unit_price BIGINT NOT NULL DEFAULT 0;
