CREATE FUNCTION drawn(salt int, n bigint, below bigint) RETURNS int LANGUAGE sql IMMUTABLE AS
$$SELECT ((hashint8extended(n, salt) & 9223372036854775807) % below)::int$$;
CREATE FUNCTION word(salt int, n bigint, words text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT words[1 + drawn(salt, n, cardinality(words))]$$;
CREATE FUNCTION remark(salt int, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT word(salt, n, ARRAY['furious', 'special', 'pending', 'ironic', 'quick', 'careful', 'Customer']) || ' '
  || word(salt + 1, n, ARRAY['requests', 'deposits', 'accounts', 'packages', 'theodolites', 'Complaints']) || ' '
  || word(salt + 2, n, ARRAY['sleep', 'wake', 'nag', 'haggle', 'detect']) || ' ' || n$$;
CREATE FUNCTION phone(salt int, n bigint, nation int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT (10 + nation) || '-' || (100 + drawn(salt, n, 900)) || '-' || (100 + drawn(salt + 1, n, 900)) || '-'
  || (1000 + drawn(salt + 2, n, 9000))$$;
CREATE FUNCTION supplier_of(part bigint, which int, suppliers int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$SELECT ((part + which * (suppliers / 4 + (part - 1) / suppliers)) % suppliers + 1)::int$$;
CREATE FUNCTION price(part bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$SELECT ((90000 + (part / 10) % 20001 + 100 * (part % 1000)) / 100.0)::numeric(15,2)$$;
INSERT INTO region SELECT i - 1, (ARRAY['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'])[i], remark(1, i)
  FROM generate_series(1, 5) i;
INSERT INTO nation SELECT i - 1,
  (ARRAY['ALGERIA', 'ARGENTINA', 'BRAZIL', 'CANADA', 'EGYPT', 'ETHIOPIA', 'FRANCE', 'GERMANY', 'INDIA', 'INDONESIA',
    'IRAN', 'IRAQ', 'JAPAN', 'JORDAN', 'KENYA', 'MOROCCO', 'MOZAMBIQUE', 'PERU', 'CHINA', 'ROMANIA', 'SAUDI ARABIA',
    'VIETNAM', 'RUSSIA', 'UNITED KINGDOM', 'UNITED STATES'])[i],
  (ARRAY[0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1])[i], remark(5, i)
  FROM generate_series(1, 25) i;
INSERT INTO supplier SELECT i, 'Supplier#' || lpad(i::text, 9, '0'), 'street ' || drawn(11, i, 100000),
  drawn(12, i, 25), phone(13, i, drawn(12, i, 25)), (drawn(16, i, 1099999) - 99999) / 100.0, remark(17, i)
  FROM generate_series(1, SUPPLIERS) i;
INSERT INTO customer SELECT i, 'Customer#' || lpad(i::text, 9, '0'), 'street ' || drawn(21, i, 100000),
  drawn(22, i, 25), phone(23, i, drawn(22, i, 25)), (drawn(26, i, 1099999) - 99999) / 100.0,
  word(27, i, ARRAY['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD']), remark(28, i)
  FROM generate_series(1, CUSTOMERS) i;
INSERT INTO part SELECT i,
  word(31, i, colors) || ' ' || word(32, i, colors) || ' ' || word(33, i, colors) || ' ' || word(34, i, colors),
  'Manufacturer#' || (1 + drawn(35, i, 5)), 'Brand#' || (1 + drawn(35, i, 5)) || (1 + drawn(36, i, 5)),
  word(37, i, ARRAY['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO']) || ' '
  || word(38, i, ARRAY['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED']) || ' '
  || word(39, i, ARRAY['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER']),
  1 + drawn(40, i, 50),
  word(41, i, ARRAY['SM', 'LG', 'MED', 'JUMBO', 'WRAP']) || ' '
  || word(42, i, ARRAY['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM']),
  price(i), left(remark(43, i), 23)
  FROM generate_series(1, PARTS) i,
  (SELECT ARRAY['almond', 'azure', 'beige', 'black', 'blue', 'brown', 'chocolate', 'coral', 'cream', 'cyan', 'dark',
    'forest', 'frosted', 'gold', 'green', 'grey', 'honeydew', 'indian', 'ivory', 'khaki', 'lace', 'lemon', 'lime',
    'linen', 'maroon', 'mint', 'navy', 'olive', 'orange', 'peach', 'pink', 'plum', 'red', 'rose', 'saddle',
    'salmon', 'sky', 'smoke', 'snow', 'steel', 'tan', 'tomato', 'violet', 'wheat', 'white', 'yellow'] colors) c;
INSERT INTO partsupp SELECT p, supplier_of(p, w, SUPPLIERS), 1 + drawn(51, p * 4 + w, 9999),
  (100 + drawn(52, p * 4 + w, 99901)) / 100.0, remark(53, p * 4 + w)
  FROM generate_series(1, PARTS) p, generate_series(0, 3) w;
CREATE TABLE drawn_lines AS SELECT o, l, DATE '1992-01-01' + drawn(63, o, 2406) AS ordered,
  1 + drawn(71, o * 8 + l, PARTS) AS part, 1 + drawn(72, o * 8 + l, 50) AS quantity,
  drawn(73, o * 8 + l, 11) / 100.0 AS discount, drawn(74, o * 8 + l, 9) / 100.0 AS tax,
  1 + drawn(75, o * 8 + l, 121) AS shipped, 30 + drawn(76, o * 8 + l, 61) AS committed,
  1 + drawn(77, o * 8 + l, 30) AS received
  FROM generate_series(1, ORDERS) o, generate_series(1, 7) l WHERE l <= 1 + drawn(61, o, 7);
INSERT INTO lineitem SELECT o, part, supplier_of(part, drawn(78, o * 8 + l, 4), SUPPLIERS), l, quantity,
  quantity * price(part), discount, tax,
  CASE WHEN ordered + shipped + received > DATE '1995-06-17' THEN 'N' ELSE word(79, o * 8 + l, ARRAY['R', 'A']) END,
  CASE WHEN ordered + shipped > DATE '1995-06-17' THEN 'O' ELSE 'F' END,
  ordered + shipped, ordered + committed, ordered + shipped + received,
  word(80, o * 8 + l, ARRAY['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN']),
  word(81, o * 8 + l, ARRAY['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB']), left(remark(82, o), 44)
  FROM drawn_lines;
INSERT INTO orders SELECT o, 1 + 3 * drawn(62, o, CUSTOMERS / 3) + drawn(64, o, 2),
  CASE WHEN bool_and(ordered + shipped > DATE '1995-06-17') THEN 'O'
    WHEN bool_or(ordered + shipped > DATE '1995-06-17') THEN 'P' ELSE 'F' END,
  sum(quantity * price(part) * (1 + tax) * (1 - discount))::numeric(15,2), min(ordered),
  word(65, o, ARRAY['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW']),
  'Clerk#' || lpad((1 + drawn(66, o, 1000))::text, 9, '0'), 0, remark(67, o)
  FROM drawn_lines GROUP BY o;
DROP TABLE drawn_lines;
