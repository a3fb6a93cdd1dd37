-- The laboratory whose records are edited, as MariaDB has it: every type of field, and every kind of constraint.
CREATE TABLE site (
    id        int AUTO_INCREMENT PRIMARY KEY,
    name      varchar(20) NOT NULL UNIQUE,
    country   char(2) NOT NULL,
    status    enum ('planned', 'open', 'closed') NOT NULL DEFAULT 'planned',
    area      decimal(7, 2) CHECK (area > 0),
    floors    smallint,
    opened_on date,
    seen_at   timestamp(6) NULL,
    leased    boolean,
    details   json,
    height    float,
    emblem    varbinary(8),
    flags     bit(4),
    built_at  datetime
);
INSERT INTO site VALUES
    (1, 'Lyon', 'FR', 'open', 120.50, 2, '2009-03-02', '2026-06-30 18:00:00.123456', true, '{"a": 1.10}', 1.5,
     x'00ff', b'101', '2024-02-29 13:45:00'),
    (2, 'Berlin', 'DE', 'planned', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

CREATE TABLE room (
    site_id int,
    label   varchar(50),
    `use`   text,
    PRIMARY KEY (site_id, label),
    CONSTRAINT room_site FOREIGN KEY (site_id) REFERENCES site (id),
    CONSTRAINT room_named CHECK (char_length(label) + char_length(`use`) < 60)
);
INSERT INTO room VALUES (1, 'A/1, left', 'storage');

CREATE TABLE note (id int PRIMARY KEY, text varchar(50)) ENGINE = MyISAM;
