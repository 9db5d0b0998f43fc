-- How often each organisation has edited its promotions on a day, counted in days since 1970 (UTC).
CREATE TABLE promotion_edit (
    organisation TEXT NOT NULL,
    day BIGINT NOT NULL,
    edits BIGINT NOT NULL,
    PRIMARY KEY (organisation, day)
);
