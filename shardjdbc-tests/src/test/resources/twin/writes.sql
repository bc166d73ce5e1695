-- One row.

insert into users (user_id, name, age) values (100, 'new', 20)

insert into users (user_id, name, age) values (?, ?, ?)
| 101L, 'Ünal', 21

insert into users (user_id, name) values (?::bigint, 'text key')
| '102'

insert into users values (103, 'all', 'DE', 33, 1.25, '2001-01-01', true, '{}', '{z}') returning *

insert into users (name, user_id) values ('swapped', 104) returning user_id, upper(name)

insert into users (user_id, name) values (100, 'again')

insert into users (user_id, name) values (100, 'again') on conflict do nothing

insert into users (user_id, name) values (100, 'again') on conflict (user_id) do update set name = excluded.name, age = users.age + 1 returning *

insert into users (user_id, name) values (100, 'no') on conflict (user_id) do update set name = 'never' where users.age > 100

insert into users (user_id, name) values (null, 'nobody')

insert into users (user_id, age) values (105, 'old')

insert into tags (tag) values ('Ångström')

insert into tags (tag, uses) values (?, 4)
| 'naïve'

insert into sessions (session_id, user_id) values (?, 4)
| uuid:00000000-0000-4000-8000-0000000000ff

insert into orders values (7, 'eu', 70, 1.5, null)

insert into orders (region, order_id, tenant) values (?, 71, ?)
| 'as', 7

-- Keys that a server computes.

insert into users (user_id, name) values (200 + 1, 'sum'), (202.5, 'half up'), (-202.5, 'half down'), ('204'::numeric, 'numeric'), (205.5::float8, 'to even'), (abs(-207), 'function'), (208, 'plain') returning user_id, name

delete from users where user_id = -203

insert into users (user_id, name) values (coalesce(?, 5) + 210, 'of a parameter') returning *
| 1

insert into users (user_id, name) values (?, 'decimal')
| 220.5

insert into users (user_id, name) values (? + 230, 'both'), (?, 'mine')
| 1, 232L

insert into users (user_id, name) values (1 / 0, 'never')

insert into users (user_id, name) values (lower('X'), 'no number')

insert into users (user_id, name) values (9e30, 'too large')

insert into users (user_id, name) values (nullif(1, 1), 'nobody')

-- A column without a default has NULL for one.
insert into users (user_id, name) values (171, 'somebody'), (default, 'nobody')

insert into users (user_id, name) values (100 + 0, 'again') on conflict do nothing

insert into tags (tag, uses) values (upper('new ') || 'tag', 1), ('char'::char(8), 2), (left(?, 3), 3) returning tag
| 'parameter'

insert into tags (tag) values (42)

insert into sessions (session_id, user_id) values ('{00000000-0000-4000-8000-0000000000aa}', 1), ('00000000-0000-4000-8000-' || '0000000000ab', 2)

insert into sessions (session_id, user_id) values ('{000000000000400080000000000000ac}', 1)

insert into orders (tenant, region, order_id) values (7.0, lower('SA'), 72), (3 + 4, 'sa', 73) returning *

-- Several rows.

insert into users (user_id, name) values (110, 'a'), (111, 'b'), (112, 'c'), (113, 'd'), (114, null)

insert into users (user_id, name) values (?, ?), (?, ?), (?, ?) returning user_id, name
| 120L, 'x', 121L, 'y', 122L, 'z'

insert into users (user_id, name) values (130, 'first'), (100, 'taken'), (131, 'last')

insert into users (user_id, name) values (130, 'first'), (100, 'taken'), (131, 'last') on conflict do nothing

insert into users (user_id, name) values (130, 'newer'), (132, 'newest') on conflict (user_id) do update set name = excluded.name

insert into posts (user_id, post_id, body) values (1, 900, 'one'), (2, 901, 'two'), (3, 902, 'three') returning *

insert into orders values (8, 'eu', 80, 1, 'a'), (8, 'us', 81, 2, 'b'), (9, 'eu', 82, 3, 'c')

insert into likes values (101, 30, null), (102, 30, '2024-01-01'), (103, 30, null)

-- From queries.

insert into posts (user_id, post_id, body) select user_id, user_id + 1000, name from users where user_id = 5

insert into posts (user_id, post_id, body) select user_id, user_id + 2000, name from users where age > 40

insert into likes (post_id, user_id) select post_id, user_id from posts where score > 3

insert into likes (post_id, user_id) select post_id, 77 from posts where user_id = 1 on conflict do nothing

insert into posts (user_id, post_id, body) select ?, 3000, max(body) from posts where user_id = 2
| 6L

insert into posts (user_id, post_id) select user_id, count(*) + 4000 from likes group by user_id

insert into users (user_id, name) select s.user_id + 500, s.value from settings s where s.user_id is not null

insert into tags (tag, uses) select body, count(*) from posts where body is not null group by body on conflict (tag) do update set uses = excluded.uses

insert into posts (user_id, post_id) select g, g + 5000 from generate_series(1, 4) as g

-- UPDATE.

update users set age = 50 where user_id = 1

update users set age = age + 1, name = name || '!' where user_id = ? returning name, age
| 3L

update users set balance = null where user_id in (1, 2, 3, 4)

update users set active = not active where user_id = any (?)
| [5,6,7,9007199254741013]

update users set age = coalesce(age, 0) + 1

update users set (name, age) = ('both', 1) where name = 'b'

update users set age = default where age > 60 returning user_id

update users set user_id = user_id, age = 2 where user_id = 8

update users set user_id = ?, age = 3 where user_id = ?
| 8L, 8L

update users set user_id = 999 where user_id = 8

update users set user_id = user_id + 1

update posts set body = u.name from users u where u.user_id = posts.user_id and u.age > 30

update posts p set score = 9 from users u where u.user_id = p.user_id and u.user_id = 2 returning p.post_id, u.name

update posts set score = 10 where user_id in (select user_id from users where active)

update posts p set score = (select max(age) from users u where u.user_id = p.user_id) where user_id < 5

update posts set body = (select name from countries where code = 'NO') where user_id = 1

update comments set body = 'moved' from posts p where p.post_id = comments.post_id and p.score > 2

update users set name = c.name from countries c where c.code = users.country and c.area > 400000

update users set age = -1 where exists (select 1 from follows f where f.follower_id = users.user_id)

update users set age = (select count(*) from likes)

update orders set note = 'seen' where tenant = 1

update orders set note = 'eu' where region = 'eu' and tenant = 2 returning order_id

update tags set uses = uses + 1 where tag in ('cat', 'dog', 'zoo') returning tag

update users set age = 1 where age = 'x'

update users set nowhere = 1 where user_id = 1

-- DELETE.

delete from posts where user_id = 1 and post_id = 101

delete from posts where user_id = ? returning *
| 4L

delete from posts where user_id in (5, 6, 7)

delete from posts where score is null returning post_id

delete from likes using posts p where p.post_id = likes.post_id and p.user_id = 2

delete from follows using users u where u.user_id = follows.follower_id and u.age < 10

delete from likes where not exists (select 1 from posts p where p.post_id = likes.post_id)

delete from users where user_id in (select s.user_id from settings s)

delete from users where user_id = 4 and age = 1000

delete from comments where ctid is null

delete from orders where tenant = 3

-- MERGE.

merge into users u using (values (9::bigint, 'nine'), (10, 'ten')) as v(id, name) on u.user_id = v.id when matched then update set name = v.name

merge into users u using countries c on u.country = c.code when matched and u.age > 40 then delete

merge into posts p using users u on p.user_id = u.user_id and p.post_id = 106 when matched then update set body = u.name

merge into users u using (select 300::bigint as id) s on u.user_id = s.id and u.user_id = 300 when not matched then insert (user_id, name) values (300, 'merged')

-- WITH.

with gone as (delete from posts where user_id = 2 returning *) select count(*) from gone

with changed as (update users set age = 7 where user_id = 11 returning user_id) select * from changed

with ids as (select user_id from users where age < 10) update users set age = 11 where user_id in (select user_id from ids)

with ids as (select user_id from users where user_id = 12) delete from users where user_id in (select user_id from ids) returning user_id

with moved as (delete from posts where user_id = 14 returning *) insert into posts select user_id, post_id + 10000, body from moved

-- Reference tables: every copy.

insert into countries values ('IT', 'Italy', 301340)

insert into countries values ('ES', 'España', 505990), ('PT', 'Portugal', null) returning code

update countries set area = area * 2 where code = 'FR'

update countries set name = upper(name) returning *

delete from countries where code = 'CN'

insert into countries values ('IT', 'again', 0)

insert into countries values ('IT', 'again', 0) on conflict (code) do update set name = excluded.name

insert into countries select 'XX', name, area from countries where code = 'DE'

insert into grades select count(*)::int, 0, 'counted' from users

update countries set area = (select count(*) from users)

-- Tables of one shard.

insert into settings values ('new', 'value', 1)

insert into settings select name || '2', value, user_id from settings

update settings set value = 'x' where user_id = 1 returning *

update settings set value = u.name from users u where u.user_id = settings.user_id

update settings set value = c.name from countries c where lower(c.code) = settings.value

delete from audit where user_id is null

delete from audit where user_id in (select user_id from users)

insert into audit select 100 + s.user_id, s.user_id, s.name, null from settings s where s.user_id = 8

-- From queries whose rows belong elsewhere.

insert into likes (post_id, user_id, at) select user_id + 40000, post_id, created_at from posts where user_id < 9 returning *

insert into likes (post_id, user_id, at) select user_id + 41000, 5, '2024-02-29 12:00' from users where age = 30 returning post_id, at

insert into likes (post_id, user_id, at) select user_id + 42000, ?, ? from users where age = ?
| 5L, null, 30

insert into users (user_id, name, country, balance, born, active, bio, tags) select user_id + 1000, name, country, balance, born, active, bio, tags from users where user_id < 5 returning *

insert into users select user_id + 2000, u.name, 'XX', age, balance, null, active, '{"k": [1, 2]}', '{p,q}' from users u where user_id = any (?) returning user_id, bio, tags
| [5,6,7]

insert into users (name, user_id) select body, sum(user_id) + 3000 from posts where body is not null group by body

insert into users (user_id, age) select avg(post_id) + 4000.5, 2.5 from posts

insert into users (user_id, name) select 5000 + row_number() over (order by name collate "C", user_id), name from users where name is not null order by 1

with best as (select user_id, max(score) as most from posts group by user_id) insert into likes (post_id, user_id) select most + 50000, user_id from best where most > 2 on conflict do nothing

insert into likes (post_id, user_id) (select post_id + 60000, user_id from comments where body = 'hello' union select user_id + 60000, 1 from users where age = 45)

insert into likes (post_id, user_id) select p.post_id + 70000, c.user_id from posts p join comments c on c.post_id = p.post_id where p.score > 0 on conflict (post_id, user_id) do update set at = '2020-01-01' returning post_id

insert into likes (post_id, user_id) select null, user_id from users where user_id < 3

insert into likes (post_id, user_id) select user_id, 1 from users where user_id < 0 returning *

insert into likes (post_id, user_id) select name, 1 from users where user_id < 0

insert into likes as l (post_id, user_id, at) select user_id + 40000, post_id, null from posts where user_id < 9 on conflict (post_id, user_id) do update set at = coalesce(l.at, '1999-09-09') returning l.*

insert into likes (post_id, user_id) values ((select max(post_id) + 80000 from posts), 4)

insert into tags (tag, uses, weight) select name, age, balance from users where country = 'FR' and name is not null on conflict do nothing returning tag

insert into tags (tag) select country from users where country is not null group by country on conflict do nothing

insert into sessions select gen_random_uuid(), user_id from users where user_id < 0

insert into sessions (session_id, user_id, started, seconds, agent) select md5(user_id::text)::uuid, user_id, created_at, rating, convert_to(body, 'utf8') from posts where body is not null and user_id < 9 on conflict do nothing

insert into orders select user_id, country, user_id + 500, balance, name from users where country is not null and user_id < 30

insert into orders (tenant, region, order_id, note) select order_id + 900, region, tenant, note from orders where amount = 20

insert into posts (user_id, post_id, created_at) select user_id, 90000 + count(*), now() from likes where at > timestamp '2024-05-20' group by user_id having count(*) > 1 and false

insert into audit select 200 + user_id, user_id, name, null from users where user_id in (1, 2, 3) returning *

insert into audit (audit_id, what) select 300 + count(*), 'likes' from likes

insert into grades select 10 + count(*), max(age), min(name collate "C") from users returning *

insert into countries (code, name) select distinct 'Q' || substr(name, 1, 1), 'from users' from users where name ~ '^[a-z]' on conflict (code) do nothing

insert into countries select 'Z' || (user_id % 10)::text, value, 1 from settings where user_id is not null on conflict (code) do update set area = countries.area + excluded.area returning code, area

-- UPDATE, DELETE and MERGE with rows of other shards.

update users set age = l.n from (select user_id, count(*)::int as n from likes group by user_id) l where l.user_id = users.user_id

update users u set balance = coalesce(balance, 0) + x.total from (select user_id, sum(score) as total from comments c join posts p using (post_id, user_id) group by user_id) x where x.user_id = u.user_id returning u.user_id, u.balance, x.total

update posts set score = (select count(*) from likes l where l.post_id = posts.post_id)

update posts set score = -7 where post_id in (select post_id from comments where body like 'h%') returning post_id, score

update posts p set body = c.body from comments c join users u on u.user_id = c.user_id where c.post_id = p.post_id and c.comment_id = (select min(comment_id) from comments d where d.post_id = p.post_id) returning p.post_id, p.body, u.name

update likes set at = p.created_at from posts p left join comments c on c.post_id = p.post_id where p.post_id = likes.post_id and c.post_id is null

with busy as (select user_id from likes group by user_id having count(*) > 2) update users set active = false where user_id in (select user_id from busy) returning user_id

update users set name = s.value from settings s where s.user_id = users.user_id and s.value is not null returning users.user_id, s.name

update settings set value = (select count(*) from posts p where p.user_id = settings.user_id)::text

update countries set area = u.n from (select country, count(*) as n from users group by country) u where u.country = countries.code and false

update countries set name = name || (select count(*) from users u where u.country = countries.code)::text

update users set age = (select max(age) from users) where user_id in (1, 2, 3)

update users set age = 0 where age < (select avg(age) from users) and user_id < 1000

update tags set uses = (select count(*) from comments where body = tag)

delete from users where user_id > 1000 and not exists (select 1 from likes l where l.user_id = users.user_id)

delete from likes using comments c, users u where c.post_id = likes.post_id and u.user_id = likes.user_id and u.age < 20 returning likes.*

delete from comments where (post_id, user_id) in (select post_id, user_id from likes)

delete from tags where tag in (select lower(body) from comments union select name from countries)

delete from countries where code in (select country from users where country = 'XX')

delete from posts where post_id > (select percentile_cont(0.9) within group (order by post_id) from posts)

delete from audit a using users u where u.user_id = a.user_id and u.active returning a.audit_id

merge into users u using (select user_id, count(*) as n from likes group by user_id) l on l.user_id = u.user_id when matched and l.n > 1 then update set age = l.n when matched then do nothing when not matched then insert (user_id, name, age) values (l.user_id, 'liker', l.n)

merge into posts p using likes l on p.post_id = l.post_id and p.user_id = l.user_id when matched then update set score = 77

merge into tags t using (select distinct body from comments where body is not null) as c(word) on t.tag = c.word when matched then update set uses = 5 when not matched then insert (tag, uses) values (c.word, 1)

merge into likes using posts on likes.post_id = posts.user_id and likes.user_id = posts.post_id when not matched then insert values (posts.user_id, posts.post_id, null)

merge into settings s using users u on s.user_id = u.user_id when matched then update set value = u.name when not matched and u.user_id = 12 then insert values ('of ' || u.user_id, u.name, u.user_id)

merge into grades g using (select count(*)::int as n from users) u on g.least = u.n when not matched then insert values (900, u.n, 'merged')

merge into users u using (select 403::bigint as user_id, 'unqualified' as word) x on u.user_id = x.user_id when not matched then insert (user_id, name) values (user_id, word)

merge into users u using (select user_id, min(body) as body from posts group by user_id) p on u.user_id = p.user_id when matched then update set age = 51 when not matched then insert (user_id, name) values (user_id, body)

-- Errors: the whole text is read before any of it runs.

delete from posts using likes l where posts.user_id = 8 and l.post_id = 101 and date = l.user_id and l.at in ('2024-01-01'::date, 20::date)

update users set age = 1 / (select min(0) from likes l where l.at > 'x') where nothing = 5 and user_id > 2

-- All rows.

update posts set score = 0

delete from follows

truncate likes

truncate comments, settings

delete from users

-- Numbers that a sequence gives in the place of those that are written.

create table numbered (id bigint generated by default as identity, body varchar(10))

insert into numbered overriding user value values (7, 'not 7')

insert into numbered overriding user value select user_id, 'not it' from users

insert into numbered overriding system value values (7, 'seven')

insert into numbered values (8, 'eight'), (9, 'nine'), (10, 'ten')

merge into numbered n using (values (11, 'not 11')) s (id, body) on n.id = s.id when not matched then insert (id, body) overriding user value values (s.id, s.body)

create table marks (code int primary key, mark uuid default gen_random_uuid(), n int generated by default as identity)

insert into marks values (1, null, 5)

insert into marks overriding user value values (2, null, 6)

merge into marks m using (values (3)) s (code) on m.code = s.code when not matched then insert (code) values (s.code)

merge into marks m using (values (3)) s (code) on m.code = s.code when not matched then insert (code, mark, n) values (s.code, null, 3)

-- Columns that change under the rows.

alter table numbered alter column id type text

alter table numbered alter id type bigint using id * 2

alter table numbered alter column id set data type integer, add column n int default 5, alter body type varchar(20)

alter table marks add column other uuid default gen_random_uuid()

alter table marks add column at timestamptz not null default now()

alter table marks add column number serial

alter table marks add column plain int default 1 + 1 not null, add column twice int generated always as (code * 2) stored

alter table marks alter n type text using n::text || random()

alter table marks alter n type text using n::text || '.', add check (code > 0)

-- Sub-queries for one value are answered first, several of them at once; not one that names the written row, even if a
-- table deeper in it has a column of that name.

update comments set body = (select name from users order by user_id limit 1) || (select sum(uses) from tags) where comment_id % 3 = 0

update comments set body = (select c.body from (select body, post_id as p from posts) c order by c.p, c.body limit 1)

update comments set body = (select name from users where age = comment_id and exists (select 1 from comments c where c.comment_id = 3) order by user_id limit 1)

update comments set body = (select name from users where age = comments.comment_id and exists (select 1 from comments where comments.comment_id = 3) order by user_id limit 1)

update comments set body = (select t.b from settings as t(a, b) order by a limit 1), parent_id = (select max(score) from posts) where comment_id % 3 = 1
