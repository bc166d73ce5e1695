-- Views over sharded tables.
select * from happy order by k

select name from happy where k = 1

select h.*, n.note_id from happy h join app.notes n on n.k = h.k order by 1, 4

select count(*) from happy

select * from counts order by key

select n from counts where key = ?
| 1L

select sum(n), max(n) from counts

select * from top_things

select * from noted order by k, text

select name, sum(stars) from noted group by name order by name

select * from happier order by k

select * from total

select n, last from total where n > 2

select * from kind_labels order by kind

select t.k, l.label from things t join kind_labels l on l.kind = t.feels order by 1

select * from tree order by k, d

select * from tagged order by k

with happy as (select 1 as one) select * from happy

select public.happy.k from public.happy order by 1

select * from happy as h(a, b) order by a

select x.k from (select * from happy) as x, lateral (select count(*) from counts c where c.key = x.k) as y order by 1

select h from happy h order by k

select row_to_json(h) from happy h order by k

select count(h) from happy h

table counts

select name from happy name order by k

table counts

select count(name), max(k) from happy name

table counts

select label from kind_labels label order by label

table counts

select k from happy union select key from counts order by 1

select * from frozen

-- Whole rows and row types.
select t from config t order by name

select n from app.notes n where n.k = 1 order by note_id

select n from app.notes n order by k, note_id

select (n).text, (n).stars from app.notes n order by 1, 2

select (n.*) is null from app.notes n

select row_to_json(n) from app.notes n order by n.k, n.note_id

select to_jsonb(n) - 'k' from app.notes n order by 1

select count(n), count(distinct n.k) from app.notes n

select (pr).a, (pr).b from things order by k

select pr from things order by pr, k

select max(pr) from things where false

select (prs[1]).b from things order by k

select unnest(prs) from things order by 1

select k, (x).* from things, unnest(prs) as x order by 1, 2

select k, x.a from things, unnest(prs) as x order by 1, 2

select row(k, name) from things order by k

select row(n.*) from app.notes n order by n.k, n.note_id

select array_agg(n order by n.k, n.note_id) from app.notes n

select distinct n from app.notes n order by n

select n.* from app.notes n, things t where t.k = n.k order by n.k, n.note_id

select app.notes.text from app.notes order by 1

select notes.* from app.notes order by 1, 2

select t.tableoid::regclass from events t order by 1

-- Types.
select feels, count(*) from things group by feels order by feels

select k, feels from things order by feels, k

select min(feels), max(feels) from things

select k from things where feels > 'sad' order by k

select k from things where feels = any (enum_range('ok'::mood, null)) order by k

select p, sum(p) from things group by p order by p

select sum(p), min(p), max(p), avg(p) from things

select e, k from things order by e, k

select max(e), min(e) from things

select e, count(*) from things group by e order by e

select distinct e from things order by e desc

select r, k from things order by r, k

select mr from things order by mr nulls first, k

select range_agg(r) from things

select upper(r), lower(r), isempty(r) from things order by k

select k from things where r @> 2 order by k

select k from things where tr && tstzrange('2024-01-10', '2024-01-20') order by k

select m from things order by m, k

select sum(m), max(m) from things

select m * 2, m::numeric from things order by k

select b, k from things order by b, k

select max(length(b)), string_agg(b, '\x2c' order by b) from things

select b, count(*) from things group by b order by b

select iv, k from things order by iv, k

select sum(iv), avg(iv), min(iv), max(iv) from things

select extract(epoch from iv), count(*) from things group by iv order by iv

select distinct justify_hours(iv) from things order by 1

select js ->> 'a', js from things order by k

select jb, k from things order by jb, k

select distinct jb from things order by jb

select jb -> 'b' -> 2 ->> 'c' from things order by k

select jb #>> '{b,2,c}', jb @? '$.b[*] ? (@ > 1)' from things order by k

select k, v from things, jsonb_array_elements(case jsonb_typeof(jb) when 'array' then jb else '[]' end) as v order by 1, 2

select k, key, value from things, jsonb_each(case jsonb_typeof(jb) when 'object' then jb else '{}' end) order by 1, 2

select jsonb_object_agg(k, name order by k) from things

select ts, k from things order by ts, k

select tz, k from things order by tz desc nulls last, k

select tz::date, tz at time zone 'America/New_York', date_trunc('day', tz, 'Europe/Berlin') from things order by k

select min(ts), max(tz), min(d), max(t), min(ttz) from things

select ttz, k from things order by ttz, k

select d, k from things order by d, k

select extract(epoch from tz), extract(century from d) from things where k in (1, 2) order by k

select to_char(tz, 'YYYY-MM-DD HH24:MI TZ'), to_char(n, '999D99') from things order by k

select arr, k from things order by arr, k

select arr[1], arr[2:3], array_length(arr, 1), array_to_string(txts, ',', '*') from things order by k

select txts, count(*) from things group by txts order by txts

select max(arr), min(txts) from things

select n, k from things order by n, k

select trim_scale(n), count(*) from things group by n order by n

select distinct trim_scale(n) from things order by 1

select sum(n), avg(n), min(n), max(n), sum(n) / 3, round(avg(n), 3) from things

select f, k from things order by f, k

select max(f), min(f), count(f) from things

select sum(f4), avg(f4) from things where k in (1, 5)

select f, count(*) from things group by f order by f

select min(k), count(*) from things group by ci order by ci

select count(*) from (select distinct ci from things) as x

select count(distinct ci) from things

select k from things where ci = 'anna' order by k

select k from things where ci = 'strasse' order by k

select max(ci) from things where k < 3

select ci from things order by ci, k

select g, k from things order by g desc nulls last, k

select sum(g) from things

select bits, k from things order by bits, k

select bit_and(bits) from things where bits is not null

select addr, k from things order by addr, k

select max(addr), min(addr) from things

select host(addr), family(addr) from things order by k

select ch, k, length(ch) from things order by ch, k

select ch, count(*) from things group by ch order by ch

select k from things where ch = 'ab' order by k

select max(ch), min(ch) from things

select nm, k from things order by nm, k

select u, k from things order by u, k

select count(distinct u) from things

select pt, pt <-> point(0,0) from things order by pt <-> point(0,0), k

select pt from things order by k

select name collate "C" from things order by name collate "C", k

select name from things order by name collate "de-x-icu", k

select name from things order by name collate "und-x-icu" desc nulls last, k

select name from things order by upper(name), k

select name, lower(name collate "tr-x-icu") from things order by k

select max(name collate "C"), min(name collate "C") from things

select name collate "C", count(*) from things group by name collate "C" order by 1

select count(*) from things where name < 'b' collate "C"

-- Sets of rows from functions.
select k, generate_series(1, 2) from things order by 1, 2

select generate_series(1, 3) from things limit 4

select k, unnest(arr), unnest(txts) from things order by 1, 2, 3

select k, x, o from things, unnest(arr) with ordinality as u(x, o) order by k, o

select k, a, b from things t, rows from (unnest(t.arr), generate_series(1, 2)) as z(a, b) order by k, a, b

select k, z.* from things t cross join lateral unnest(t.arr, t.txts) with ordinality as z(a, b, c) order by k, c

select * from generate_series(1, 2) as g, things t where t.k = g order by t.k

select k, regexp_split_to_table(name, 'n') from things order by 1, 2

select k, m[1] from things, regexp_matches(name, '(n+)', 'g') as m order by 1, 2

select count(*) from things, generate_series(1, p) as g

select distinct unnest(arr) from things order by 1

select unnest(arr) as x, count(*) from things group by x order by x

select k, (select max(x) from unnest(arr) as x) from things order by k

select * from json_to_recordset('[{"k": 1, "q": "a"}, {"k": 2, "q": "b"}]') as x(k bigint, q text) join things using (k) order by k

select j.k, t.name from jsonb_to_recordset(?::jsonb) as j(k bigint) left join things t on t.k = j.k order by 1
| '[{"k": 1}, {"k": 77}]'

select * from json_table('[{"k": 1}, {"k": 2}]'::jsonb, '$[*]' columns (k bigint path '$.k')) as j join things using (k) order by k

select json_object('k': k, 'n': name) from things order by k

select json_arrayagg(name order by k) from things

select json_objectagg(k: name) from things where k < 3

select json_exists(jb, '$.a'), json_value(jb, '$.a') from things where jsonb_typeof(jb) = 'object' order by k

select jb is json object, '{}' is json from things order by k

select xmlelement(name x, name) from things order by k

-- Joins.
select * from things natural join animals order by k

select k, note_id from things natural join app.notes order by k, note_id

select k, t.k, n.k from things t left join app.notes n using (k) order by 1, note_id

select k, t.k, n.k from things t right join app.notes n using (k) order by 1, note_id

select k, t.k, n.k from things t full join app.notes n using (k) order by 1, note_id

select * from things t full join app.notes n using (k) where k > 5 order by k

select k, j.k from (things t join app.notes n using (k)) as j order by 1, note_id

select j.k from things t join app.notes n using (k) as j order by 1

select k from things t join app.notes n using (k) join animals a using (k) where k = 1 order by note_id

select k from things t full join animals a using (k) full join app.notes n using (k) order by k, note_id

select count(*) from things t left join app.notes n on n.k = t.k and n.stars > 2 where n.k is null

select t.k from things t left join app.notes n on n.k = t.k left join animals a on a.k = n.k where a.name is null order by 1

select t.k, n.k from things t left join app.notes n on n.k = t.k + 1 order by 1, 2

select t.k, n.k from things t, app.notes n where t.k = n.k and (t.k = 1 or n.k = 2) order by 1, 2

select a.k, b.k from things a left join things b on a.k = b.k and b.k = 3 order by 1

select a.k, b.k from things a left join things b on a.k = b.k where b.k = 3 or b.k is null order by 1

select * from things a join things b on a.k = b.k where a.k = 1 and b.k = 2

select t.name, k.label, c.val from things t left join kinds k on k.kind = t.feels left join config c on c.k = t.k order by t.k

select k.label, count(t.k) from kinds k left join things t on t.feels = k.kind group by k.label order by 1

select k.kind, t.k from kinds k right join things t on t.feels = k.kind order by t.k

select c.name, t.k from config c full join things t on t.k = c.k order by t.k, c.name

select c.name from config c where not exists (select 1 from things t where t.k = c.k) order by 1

select c.name from config c where c.k not in (select k from things) order by 1

select c.name from config c where (c.k in (select k from things)) is not true order by 1

select t.k from things t where t.name not in (select text from app.notes) order by 1

select t.k from things t where t.name not in (select text from app.notes where text is not null) order by 1

select t.k from things t where t.p > all (select stars from app.notes n where n.k = t.k) order by 1

select t.k from things t where t.p = some (select stars from app.notes n where n.k = t.k) order by 1

select t.k from things t where row(t.k, t.p) = any (select k, stars from app.notes) order by 1

select t.k from things t where (select count(*) from app.notes n where n.k = t.k) > 1 order by 1

select t.k, exists (select from app.notes n where n.k = t.k), (t.p in (select stars from app.notes)) from things t order by 1

select (select name from things where k = 1), (select text from app.notes where k = 1 and note_id = 2)

select (select name from things where k = n.k) from app.notes n order by n.k, note_id

select k from things where k = (select min(k) from app.notes)

select k from things where k = (select k from config where name = 'one')

select k from things where k in (select k from config) order by 1

select k from things where k = any (array(select k from config where k is not null)) order by 1

select * from (select k from things where k = 1 union all select k from things where k = 2) as u order by k

-- Aggregates.
select count(*), count(*) filter (where feels = 'ok'), array_agg(distinct feels order by feels) from things

select feels, array_agg(k order by k desc) from things group by feels order by feels

select feels, p, grouping(feels, p), sum(k) from things group by grouping sets (feels, p, (feels, p), ()) order by 1, 2, 3, 4

select feels, count(*) from things group by rollup (feels) having count(*) > 1 order by 1 nulls first

select feels, p, count(*) from things group by distinct rollup (feels, p), cube (feels) order by 1, 2, 3

select percentile_disc(array[0.25, 0.5]) within group (order by p) from things

select percentile_cont(0.5) within group (order by n) from things where n < 1000

select rank(3) within group (order by p), dense_rank('x') within group (order by name) from things

select mode() within group (order by feels) from things

select string_agg(distinct name, ',' order by name) from things

select sum(stars) filter (where stars > 1), count(distinct stars), avg(distinct stars) from app.notes

select k, count(*), max(text) from app.notes group by k order by max(text), k

select k, string_agg(text, ',' order by text) from app.notes group by k order by 2 nulls last, k

select t.k, t.name, count(n.note_id) from things t left join app.notes n on n.k = t.k group by t.k order by t.k

select t.k, t.name, t.feels, sum(n.stars) from things t join app.notes n using (k) group by t.k order by t.name, t.k

select t.*, count(*) from animals t join app.notes n on n.stars = t.k group by t.k order by t.k

select c.name, c.val, count(*) from config c left join things t on t.k = c.k group by c.name order by c.name

select kind, label, count(t.k) from kinds left join things t on t.feels = kind group by kind order by kind

select t.b, t.c, count(*) from things as t(a, b, c) left join app.notes n on n.stars = t.d group by a order by a

select a.k, a.name, b.k, b.name, count(n.text) from animals a join animals b on a.k < b.k left join app.notes n on n.stars = a.k group by a.k, b.k order by a.k, b.k

select t.k, t.js ->> 'a', count(*) from things t join app.notes n on n.stars = t.p group by t.k order by t.k

select t.k as id, t.name, count(n.k) from things t left join app.notes n on n.stars = t.p group by id order by id

select t.name, count(*) from things t join app.notes n on n.stars = t.p group by 1, t.k order by t.k

select k, name, count(*) from things t left join app.notes n using (k) group by k order by k

select t.k, t.name, count(*) from things t join app.notes n on n.stars = t.p group by rollup (t.k), t.k order by t.k

select t.name, (select count(*) from app.notes n where n.stars = t.k group by t.k) from things t group by t.k order by t.k

select name, count(*) from things group by k, p having max(feels) > 'sad' or count(*) over () > 0 order by k

select app.notes.k, public.things.name, count(*) from public.things join app.notes on app.notes.stars = public.things.p group by app.notes.k, public.things.k order by 1, 2

select app.notes.* from app.notes, public.things where app.notes.stars = public.things.p order by 1, 2

select count(app.notes.*) from app.notes, things where app.notes.stars = public.things.p

select max(name) from things having count(*) > 100

select 1 from things having max(k) > 5

select count(*) from things group by ()

select feels, (select count(*) from app.notes) from things group by feels order by 1

select sum(count(*)) over (), feels from things group by feels order by feels

select every(p > 0), bool_or(p is null) from things

select corr(p, k), regr_slope(p, k), covar_pop(p, k) from things where k < 10

select var_samp(n), stddev_pop(n) from things where n < 1000

select sum(k) from things

select avg(k), sum(k::numeric), sum(k::int4) from things where k < 100

select sum(p::int2), avg(p::int2), sum(f4) from things where k = any ('{1,4}')

select any_value(1) from things

select count(*) from (select distinct feels from things) as d

select max(c) from (select count(*) as c from app.notes group by stars) as x

-- Windows.
select k, lag(name) over (order by k), nth_value(name, 2) over (order by k rows between unbounded preceding and unbounded following) from things order by k

select k, sum(p) over (order by d range between interval '1 year' preceding and current row) from things where d > '1900-01-01' order by k

select k, count(*) over (order by p groups between 1 preceding and 1 following exclude ties) from things order by k

select k, cume_dist() over w, percent_rank() over w from things window w as (partition by feels order by p) order by k

select k, note_id, row_number() over (partition by k order by note_id desc) as r from app.notes order by k, r

select * from (select k, note_id, row_number() over (partition by k order by note_id) as r from app.notes) as x where r = 1 order by k

select k, sum(stars) over (partition by k) from app.notes order by k, note_id

select distinct first_value(name) over (partition by feels order by k) from things order by 1

-- DISTINCT, set operations.
select distinct on (feels) feels, name from things order by feels, name, k

select distinct on (k) k, note_id from app.notes order by k, note_id desc

select distinct on (stars, k) k, stars from app.notes order by stars, k, note_id

select distinct k % 3 from things order by 1

select distinct k, k from app.notes order by 1

select k from things union select k from app.notes union all select k from animals order by 1

(select k from things order by name limit 2) union (select k from app.notes order by text limit 2) order by 1

select k, name from things except select k, name from animals order by 1

select k from things intersect all select k from app.notes order by 1

select name from things union select label from kinds order by 1

select name from things union all select name from config order by 1

-- of numbers that are equal, 1.1 and 1.10, a server gives the one that it happens to meet first
select trim_scale(p) from things union select trim_scale(val) from config order by 1

select k from things where k = 1 union all select k from things where k = 2 union all values (3::bigint) order by 1

select null union select name from things order by 1

values (1, (select name from things where k = 1)), (2, (select max(name) from things))

-- Common tables.
with t as (select * from things), n as (select * from app.notes) select t.k, count(n.*) from t left join n using (k) group by t.k order by 1

with recursive r(k) as (select 1::bigint union all select r.k + 1 from r join things t on t.k = r.k) select * from r order by 1

with recursive r as (select k, note_id, 1 as depth from app.notes where note_id = 1 union all select n.k, n.note_id, depth + 1 from app.notes n join r on n.k = r.k and n.note_id = r.note_id + 1) select * from r order by k, depth

with recursive r(k, path) as (select k, array[k] from things where k < 3 union all select t.k, path || t.k from things t join r on t.k = r.k + 1) search depth first by k set o cycle k set c using cp select k, path, c from r order by k, path

with x as not materialized (select k, max(stars) as s from app.notes group by k) select a.k, b.k from x a join x b on a.s = b.s and a.k < b.k order by 1, 2

with w as (select k from things where k = ?), v as (select k from app.notes where k = ?) select w.k, v.k from w, v order by 1, 2
| 1L, 4L

with things as (select 99::bigint as k) select k from things union all select k from public.things order by 1

with a as (with b as (select k from things where k < 4) select k from b) select sum(k) from a

-- LATERAL.
select t.k, x.text from things t, lateral (select text from app.notes n where n.k = t.k order by stars desc nulls last, note_id limit 1) as x order by 1

select t.k, x.c from things t left join lateral (select count(*) as c from app.notes n where n.stars = t.p) as x on true order by 1

select c.name, x.k from config c, lateral (select k from things t where t.k = c.k) as x order by 1

select kind, x.k from kinds, lateral (select k from things where feels = kind order by k limit 1) as x order by kind

-- Names.
select * from "Odd Name" order by "Key Col"

select "Key Col", "select" from "Odd Name" where "Key Col" = 'y"z'

select o."a""b", "Ünï" from "Odd Name" as o order by "Ünï" desc nulls last, "Key Col"

select "o d"."select" as "Se lect", count(*) from "Odd Name" "o d" group by "o d"."select" order by "Se lect"

select k as a, k as a, name a from things order by k

select k as "?column?", 1 from things order by k

select a.k, b.k from things a join things b on a.k = b.k order by b.k

select t.k as name, name as k from things t order by name

select t.k as name, t.name as k from things t order by k, t.k

select k + 1 as k from things order by k

select -k as k from things order by k

select k from things order by -k

select name as k, p from things order by k, p

select name k from things group by name, k order by k

select k k from app.notes group by k order by k

select stars as k, count(*) from app.notes group by k order by 1, 2

select from things

select from things where k = 1

select count(*) from (select from things) as t

select distinct from things

select u&"\006b" from things order by 1

select "k" from "things" order by "k"

select K from THINGS order by K

select public.things.k from public.things order by 1

select things.k from public.things order by 1

select k /* comment ? */ from things -- where k = 1
where k = 2

-- Partitions and inheritance.
select * from events order by k, at, what

select what from events where k = 1 order by at

select what, count(*) from events where at >= '2024-01-01' group by what order by what

select * from only events

select * from only animals order by k

select * from animals* order by k

select name from only animals where k = 1

select count(*) from animals

select * from events_old order by k

select * from dogs

-- The clock, the session, chance.
select count(distinct now()) from things

select distinct now() is not null from things

select now() = (select max(now()) from things)

select count(*) from (select distinct now() from things) as x

select count(*) from (select distinct pg_backend_pid() from things) as x

select count(distinct current_timestamp), count(distinct current_user) from things

select current_user, current_schema, current_database() <> '' as named from things where k = 1

select count(*) from (select now() as n, k from things) a join (select now() as n, k from app.notes) b using (n, k)

select k from things where tz < now() order by k

select k, age(timestamp '2024-01-01', ts) from things where k in (1, 2) order by k

select count(*) from things where random() < 2

select k, random() >= 0 from things order by k

select count(distinct gen_random_uuid()) from things

select k from things order by random() limit 0

select pg_typeof(k), pg_typeof(name), pg_typeof(feels), pg_typeof(p) from things where k = 1

select pg_typeof(k), pg_typeof(feels), pg_typeof(p), pg_typeof(e), pg_typeof(ch), pg_typeof(pr) from things order by k limit 1

select distinct pg_typeof(max(feels)) from things

select current_setting('TimeZone') from things where k = 1

select count(*) from pg_class where relname = 'things'

select t.k, c.relkind from things t join pg_class c on c.relname = 'things' order by 1

select to_regclass('things') is not null from things where k = 1

-- Limits.
select k from things order by k limit 2 offset 1

select k from things order by name, k offset 2 rows fetch next 2 rows only

select k, p from things order by p nulls first fetch first 2 rows with ties

select stars from app.notes order by stars desc nulls last fetch first 3 rows with ties

select k from things order by k limit (select count(*) from kinds)

select k from things order by k limit (select min(k) from app.notes)

select k from (select k from things order by k desc limit 2) as x order by k

select * from (select k from things limit 3) as x where k > 100000000000000000

select count(*) from (select k from things limit 3) as x

select k from things limit 1 + 1 offset 0

select k from things order by k limit ?::int
| '2'

-- Order by everything.
select k from things order by name using <, k

select k from things order by p using > nulls last, k

select k from things order by (name is null), name desc, k

select k from things order by case feels when 'ok' then 0 else 1 end, k

select k from things order by coalesce(p, 0) desc, k

select k, name from things order by 2, 1

select k from things order by (select count(*) from app.notes n where n.k = things.k) desc, k

select k from things order by length(name) nulls first, name, k

select k from things order by n desc nulls last, f, k

select feels from things group by feels order by count(*) desc, feels

select k from things order by jb -> 'a', k

select k from things order by array[p, 1], k

select k from things order by row(p, k)

select k from things order by f4, k

select k from things order by p::text, k

select k from things order by k::text

select k from things order by k::text collate "C" desc

-- For update, tablesample, hints of other kinds.
select k from things where k = 1 for update

select k from things where k = 1 for share of things

select k from things for update

select k from things tablesample system (100) order by k

-- Parameters.
select ?::text, k from things order by k
| 'x'

select k from things where name = any (?::text[]) order by k
| '{Anna,anna}'

select k + ? from things where k > ? order by 1
| 1L, 2L

select k, ? from things where k = 1
| 'q'

select coalesce(name, ?) from things order by k
| 'nobody'

select k from things where k = ? and name = ?
| 3L, 'Anna'

select count(*) from things where feels = ?::mood
| 'ok'

select k from things where k = ?::int + 1
| 1

select k from things where k in (?, ?) order by name
| 1L, 2L

select feels, count(*) from things group by feels having count(*) >= ? order by 1
| 2L

select k from things where jb ?? 'a' order by k

select k from things where jb ??| array['a', 'z'] order by k

select {fn lcase(name)}, {d '2024-01-01'} from things order by k

select k from things where d = {d '2024-02-29'} order by k

-- Errors.
select nothing from things

select k from things, app.notes

select k, count(*) from things

select name from things group by k % 2

select 1 / (k - 1) from things order by k

select name::int from things order by k

select * from things where name

select k from things union select name from things

select sum(name) from things

select max(js) from things

select k from things order by js

select (select k from things)

select k from things limit -1

select nextval('no_such_sequence') from things

select k from app.nothing

-- One moment for all rows.
select count(*) from (select distinct now() - now() + k * interval '0' from things) as x

select count(*) filter (where tz < now()), count(distinct now()) from things

select feels, count(distinct now()) from things group by feels order by feels

select count(distinct n) from (select now() as n from things union all select now() from app.notes) as x

-- Functions called as columns.
select t.count from things t

select t.k, (t.pr).count from things t group by t.k, t.pr order by t.k

select x.n from (select t.count as n from things t) as x where x.n > 5

select t.k, t.note_count from things t order by t.k

select t.k, (t).note_count from things t order by t.k

select t.k, t.note_count from things t where t.k = 1

select t.k, t.label_of from things t order by t.k

select t.note_count, c.name from things t, config c

select k, (k).notes_of from things order by k

select (k).sum from things

select k, (name).upper from things order by k

select k, (k).pg_advisory_lock from things order by k

select (t.pr).b, (t.prs[1]).a from things t order by t.k
