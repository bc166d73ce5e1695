-- One key.

select * from users where user_id = ?
| 5L

select * from users where user_id = 5 and age > 100

select name, country from users where user_id = ?::bigint
| '7'

select count(*) from posts where user_id = ?
| 1

select body from posts where user_id = 1 order by body

select body, rank() over (order by score) from posts where user_id = 1

select distinct on (score) score, post_id from posts where user_id = 1 order by score, post_id

select * from users where user_id = 1 and user_id = 2

select * from users where user_id = null

select * from users where user_id is null

select * from users where (user_id, age) = (?, 30)
| 4L

select u.name, p.body from users u join posts p on p.user_id = u.user_id where u.user_id = 3 order by p.post_id

select u.name, p.body from users u left join posts p using (user_id) where user_id = ? order by p.post_id
| 20L

select * from tags where tag = 'été'

select * from tags where tag = ? or tag = ?
| 'cat', 'Cat'

select * from sessions where session_id = ?
| uuid:9e3779b1-0000-4000-8000-000000000001

select * from sessions where session_id = '9E3779B1-0000-4000-8000-000000000001'

select * from orders where tenant = 1 and region = 'eu'

select sum(amount), avg(amount) from orders where region = ? and tenant = ?
| 'EU', 2

select * from orders where (tenant, region) in ((1, 'eu'), (2, 'us')) order by order_id

-- Several keys.

select * from users where user_id in (1, 2, 3) order by user_id

select * from users where user_id in (?, ?, ?, null) order by user_id desc
| 1L, 8L, 9L

select name from users where user_id = any (?) order by user_id
| [1,2,3,4,9007199254741013]

select name from users where user_id = any ('{5,6}'::bigint[])

select * from users where user_id between 3 and 6 order by 1

select * from users where user_id between ? and ? order by user_id limit 3
| 1L, 20L

select * from posts where user_id in (1, 2, 3) order by created_at desc nulls last, post_id limit 5

select count(*), max(score) from posts where user_id = 1 or user_id = 5 or user_id = 50

select * from users where user_id in (select 3)

select * from users where user_id in (select user_id from posts where user_id in (1, 2))

select * from users where user_id not in (1, 2, 3) order by user_id

select * from users where user_id <> 4 and user_id >= 2 and user_id < 7 order by user_id

-- All shards: order and limits.

select * from users

select user_id, age from users order by age, user_id

select user_id, age from users order by age desc nulls last, user_id desc

select user_id, age from users order by age nulls first, user_id limit 4 offset 2

select user_id, balance from users order by balance desc, 1 fetch first 5 rows only

select user_id, age from users order by age desc nulls last fetch first 2 rows with ties

select user_id from users offset 20

select user_id from users order by user_id limit 0

select user_id from users order by user_id limit null

select user_id from users order by user_id limit ? offset ?
| 3L, 4

select name from users order by name, user_id

select name from users order by name desc nulls last, user_id limit 7

select name as n, age from users order by n nulls first, user_id

select name from users order by name collate "C", user_id

select lower(name) as low, user_id from users order by 1, 2

select user_id, age from users order by age % 10, user_id

select user_id from users order by -age nulls last, user_id limit 5

select post_id, created_at from posts order by created_at desc nulls last, post_id limit 10

select post_id, rating from posts order by rating, post_id

select user_id, active, born from users order by active, born desc nulls first, user_id

select session_id, started from sessions order by session_id

select session_id from sessions order by agent nulls first, session_id desc

select user_id, bio from users order by bio, user_id

select user_id, tags from users order by tags desc, user_id

select tag, weight from tags order by weight desc, tag

select tag, uses from tags order by uses nulls first, tag limit 6 offset 1

select user_id from users order by country nulls first, name, user_id limit 9

-- Plain aggregates.

select count(*) from users

select count(*), count(age), count(distinct age), sum(age), min(age), max(age), avg(age) from users

select sum(balance), avg(balance), min(balance), max(balance) from users

select sum(rating), avg(rating), max(rating) from posts

select min(name), max(name) from users

select min(born), max(born), min(created_at) from users left join posts using (user_id)

select bool_and(active), bool_or(active), every(active) from users

select count(*) filter (where age > 20), sum(age) filter (where active) from users

select sum(age) from users where false

select count(*), max(age) from users where user_id > 1000000

select sum(score) / count(*) from posts

select coalesce(sum(score), 0) + 1, round(avg(rating), 2) from posts

select max(score) - min(score) as spread from posts

select string_agg(name, ',' order by name, user_id) from users

select array_agg(age order by age) from users

select percentile_cont(0.5) within group (order by age), mode() within group (order by age) from users

select stddev_samp(age), var_pop(score) from users join posts using (user_id)

select jsonb_agg(age order by user_id) from users

select json_object_agg(code, area order by code) from countries

select count(distinct country), count(distinct (country, age)) from users

select max(weight), min(weight), count(weight) from tags

select bit_or(uses), bit_and(uses) from tags

select sum(distinct age), avg(distinct score) from users join posts using (user_id)

-- Groups.

select country, count(*) from users group by country

select country, count(*) from users group by country order by country nulls first

select age, count(*), sum(balance) from users group by age order by age

select age, avg(balance) from users group by 1 having count(*) > 1 order by 1

select name, count(*) from users group by name order by count(*) desc, name

select user_id, count(*), max(score) from posts group by user_id order by user_id

select user_id, count(*) from posts group by user_id having count(*) > 2 order by 2 desc, 1

select user_id, count(*) as n from posts group by user_id order by n desc, user_id limit 3

select count(*) from posts group by user_id order by 1

select score, string_agg(body, '|' order by body) from posts group by score order by score

select date_trunc('month', created_at) as month, count(*) from posts group by month order by month

select age > 20, count(*) from users group by age > 20 order by 1

select country, active, count(*) from users group by rollup (country, active) order by 1, 2, 3

select country, active, count(*), grouping(country, active) from users group by cube (country, active) order by 4, 1, 2

select country, age, count(*) from users group by grouping sets ((country), (age), ()) order by 1, 2, 3

select tenant, region, sum(amount) from orders group by tenant, region order by tenant, region

select region, sum(amount), count(note) from orders group by region order by region

select c.name, count(u.user_id) from countries c left join users u on u.country = c.code group by c.name order by c.name

select sum(n) from (select user_id, count(*) as n from posts group by user_id) as counts

select n, count(*) from (select count(*) as n from posts group by user_id) as counts group by n order by n

select user_id, sum(score) / count(*) as mean from posts group by user_id having sum(score) is not null order by user_id

select balance, count(*) from users group by balance order by balance desc

-- Groups of each shard, put together.

select country, count(*), count(age), sum(age), min(age), max(age), avg(age), bool_and(active), bool_or(active), every(active) from users group by country order by country

select country, sum(balance), avg(balance), min(balance), max(balance) from users group by country order by 1 nulls first

select age, sum(user_id), avg(user_id), max(user_id) from users group by age order by 1

select score, sum(rating), avg(rating), sum(rating) / count(*) from posts group by score order by 1

select sum(rating), avg(rating), avg(rating) filter (where score > 1), sum(score) filter (where score > 100) from posts

select avg(score), avg(score)::int, avg(score)::numeric(10, 3), round(avg(score), 2), coalesce(sum(score), 0) from posts

select sum(x), avg(x), max(x), min(x) from (select case when score = 8 then 'NaN' when score = 5 then 'Infinity' else rating end as x from posts) s

select score, sum(x), avg(x) from (select score, case when score = 8 then 'NaN' when score = 5 then 'Infinity' else rating end as x from posts) s group by score order by score

select country, sum(age) from users where user_id < 0 group by country

select count(*), sum(age), avg(age), max(name) from users where user_id < 0

select count(*) + 1 as more from users having count(*) > 1000

select count(*) + 1 as more from users having count(*) > 10

select 1 as one from users having min(age) is not null

select name, count(*) as n from users group by name having count(*) > ? order by n desc, name limit ? offset ?
| 0, 3, 1

select lower(name) as low, count(*), min(name), max(name) from users group by low order by low

select lower(name), count(*) from users group by 1 having lower(name) > 'b' order by 2 desc, lower(name) collate "C"

select upper(substring(name from 1 for 1)), count(distinct age), count(*) from users group by 1 order by 1

select count(distinct name), count(distinct age) filter (where active), sum(distinct age), avg(distinct age), count(*) from users

select country, count(distinct age), sum(distinct age), count(*) from users group by country order by country

select min(name), max(name), min(name collate "C"), max(country), min(tags::text) from users

select min(body), max(body) from posts

select body, min(created_at), max(created_at), max(created_at) - min(created_at) from posts group by body order by body

select date_trunc('day', created_at)::date, extract(hour from created_at), count(*) from posts group by 1, 2 order by 1, 2

select created_at at time zone 'Asia/Tokyo', count(*) from posts group by 1 order by 1

select case when age > 30 then 'old' when age > 0 then 'young' end, count(*), sum(balance) from users group by 1 order by 1

select case age when 17 then 'x' else country end, count(*) from users group by 1 order by 1

select case when count(*) > 2 then 'many' else country end, count(*) from users group by country order by country

select coalesce(country, 'none'), age % 2 = 0 as even, count(*) from users group by coalesce(country, 'none'), even order by 1, 2

select u.country, c.name, count(p.post_id), sum(p.score) from users u join countries c on c.code = u.country left join posts p using (user_id) group by u.country, c.name order by 1, 2

select c.code, c.name, c.area, count(*) from users u join countries c on c.code = u.country group by c.code order by c.code

select u.country, count(*) from users u left join countries c on c.code = u.country where c.code is null group by u.country order by 1

select p.score, count(*) from users u join posts p on p.user_id = u.user_id where u.active and exists (select 1 from follows f where f.follower_id = u.user_id) group by p.score order by 1

with active as (select * from users where active) select country, count(*), avg(age) from active group by country order by country

with a as (select user_id, country from users), b as (select user_id, score from posts) select a.country, sum(b.score), count(*) from a join b using (user_id) group by a.country order by sum(b.score) desc nulls last, 1

select country, count(*), rank() over (order by count(*) desc, country), sum(count(*)) over (), lag(country) over w from users group by country window w as (order by country) order by country

select distinct count(*) from users group by country order by 1 desc

select distinct on (count(*)) count(*), country from users group by country order by count(*), country

select country, count(*) from users group by country order by count(*) desc, country nulls first fetch first 2 rows with ties

select distinct country, age from users order by age desc nulls last, country limit 5

select distinct name is null, active from users order by 1, 2

select distinct lower(name) from users order by lower(name)

select distinct upper(country) as c from users order by c desc nulls last offset 2

select distinct created_at::date from posts order by 1

select distinct rating from posts order by rating

select distinct tag from tags where uses > 1 order by tag

select age, active, bool_and(balance > 0) filter (where balance is not null) from users group by age, active having bool_or(balance > 0) order by 1, 2

select bit_and(age), bit_or(age) from users

select sum(uses), avg(uses), min(uses), min(weight), max(weight) from tags

select sum(weight), avg(weight) from tags

select uses, count(*) from tags group by uses order by uses

select seconds, count(*) from sessions group by seconds order by seconds

select agent, count(*), min(started) from sessions group by agent order by agent

select user_id, count(*) as n, max(started) from sessions group by user_id order by user_id

select since, count(*) from follows group by since having since > date '2023-03-01' order by since desc limit 4

select sum(at - timestamp '2024-01-01'), avg(at - timestamp '2024-01-01') from likes

select comments.body, count(*) from comments group by comments.body order by body collate "C" desc

select body collate "C" as b, count(*) from posts group by b order by b

select count(*), 'x' as label, null as nothing, true from users

select country, count(*)::text || '!' as shout, greatest(max(age), 30), nullif(count(*), 1) from users group by country order by country

select country as age, count(*) from users group by age order by 2, 1

select upper(country) as country, count(*) from users group by country order by country

select age + 1, count(*) from users group by age order by age + 1

select age * ? as n, count(*) from users group by n order by n
| 2

select sum(age * ?) + ?, count(*) filter (where name > ?) from users
| 2, 5, 'b'

select country from users group by country having sum(balance) > 0 and count(*) between 1 and 10 order by max(user_id)

select count(*) from users u where u.age = (select max(least) from grades)

select grade.label, count(*) from users u join grades grade on u.age >= grade.least group by grade.label order by 1

select region, tenant, max(note), string_agg(note, ',' order by note) from orders group by region, tenant order by 1, 2

select region, max(note), count(distinct tenant), sum(amount) / nullif(count(amount), 0) from orders group by region order by 1

select country, count(*) from users group by country having count(*) > (select 2) order by 1

select array[country, name] as pair, count(*) from users group by pair order by pair

select bio, count(*) from users group by bio order by bio

select (age, country) = (30, 'US'), count(*) from users group by (age, country) = (30, 'US') order by 1

select date '2024-01-01' + count(*)::int from users

select count(*) from users having rank() over () > 0

select sum(count(*)) from users group by country

select max(*) from users

-- Rows that servers sort by text.

select * from users order by name nulls first, user_id limit 5

select * from users order by country desc, name, user_id offset 3 limit 7

select u.*, p.body from users u join posts p on p.user_id = u.user_id order by p.body, p.post_id limit 10

select u.name as author, p.* from posts p join users u using (user_id) order by author, p.post_id desc limit ? offset ?
| 6, 2

select name, user_id from users order by lower(name), name collate "C", user_id

select name || '!' as shout from users where age > 20 order by shout desc, user_id limit 4

select upper(country), user_id from users order by 1, 2 limit 3

select body, score from posts order by body fetch first 3 rows with ties

select name, balance, born, active, bio, tags, user_id from users order by name desc, user_id limit 8

select user_id, max(body) as last from posts group by user_id order by last nulls first, user_id limit 4

select distinct user_id, body from posts order by body, user_id limit 6

select tag, uses::text || 'x', weight::numeric(10, 3), uses * 1.5 from tags order by tag desc limit 5

select tag from tags order by tag collate "C" limit 5

select name from users order by name collate "C" desc nulls last, user_id

select p.body, (select count(*) from users u where u.user_id = p.user_id) as n from posts p order by p.body, p.post_id limit 5

select body, row_number() over (partition by user_id order by post_id) as r from posts order by body, r, post_id limit 6

with loud as (select user_id, upper(name) as name from users) select * from loud order by name, user_id limit 5

select s.name from (select name, user_id from users where active) s order by s.name, s.user_id

select age, name from users order by age nulls first, name, user_id limit 9

select 'x' as label, name from users order by label, name, user_id limit 2

select name from users order by name = 'Anna' desc nulls last, name limit 3

select created_at - timestamptz '2024-01-01' as since from posts order by since nulls last, post_id limit 5

select row(user_id, name) from users order by name, user_id limit 2

select array[name, country::text] as pair, user_id from users order by pair, user_id limit 4

-- Unions whose branches each shard answers.

select name from users where age > ? union select body from posts order by name limit 7
| 20

select age from users union select score from posts order by 1 nulls first

select user_id, name from users union select user_id, body from posts order by user_id desc, name limit 9

select user_id from users union all select user_id from posts union select follower_id from follows order by user_id

select user_id as id from users union select user_id::int from posts where user_id < 100 union select follower_id from follows order by id offset 3

select balance from users union select null order by balance

select rating from posts union select balance from users order by rating

select country from users union select code from countries order by country

select * from follows union select user_id, 1, born from users order by 1, 2, 3 limit 5

(select name from users order by name limit 2) union select body from posts order by 1

with a as (select name, age from users) select name from a union select name from a where age > 20 order by name desc nulls last

select count(*) from users union select count(*) from posts

select user_id, count(*) from posts group by user_id union select follower_id, count(*) from follows group by follower_id order by 1, 2

select name from users union select body from posts intersect select name from users order by 1

select name collate "C" as n from users union select body from posts order by n

-- Distinct.

select distinct country from users

select distinct age, active from users order by age, active

select distinct name from users order by name

select distinct user_id from posts order by user_id

select distinct user_id, score from posts order by 1, 2 nulls first

select distinct on (user_id) user_id, post_id, score from posts order by user_id, score desc nulls last, post_id

select distinct on (country) country, name from users order by country, name nulls last, user_id

select count(*) from (select distinct body from posts) as bodies

-- Joins on the keys.

select u.name, p.body from users u join posts p on p.user_id = u.user_id order by p.post_id

select u.user_id, count(p.post_id) from users u left join posts p on p.user_id = u.user_id group by u.user_id order by 1

select u.user_id, p.post_id from users u right join posts p on p.user_id = u.user_id order by p.post_id

select u.user_id, p.user_id, count(*) from users u full join posts p on p.user_id = u.user_id group by 1, 2 order by 1, 2

select u.user_id, f.followee_id from users u join follows f on f.follower_id = u.user_id order by 1, 2

select l.post_id, count(distinct l.user_id), count(distinct c.comment_id) from likes l join comments c using (post_id) group by l.post_id order by 1

select * from users natural join posts order by post_id limit 4

select u.name from users u where exists (select 1 from posts p where p.user_id = u.user_id and p.score > 3) order by u.user_id

select u.name from users u where not exists (select 1 from posts p where p.user_id = u.user_id) order by u.user_id

select u.user_id from users u where u.user_id in (select user_id from posts) order by 1

select u.user_id from users u where u.user_id not in (select user_id from posts) order by 1

select a.comment_id, b.comment_id from comments a join comments b on a.post_id = b.post_id and b.parent_id = a.comment_id order by 1, 2

-- Joins on anything else.

select p.post_id, l.user_id from posts p join likes l on l.post_id = p.post_id order by 1, 2

select p.user_id, count(*) from posts p left join likes l on l.post_id = p.post_id group by p.user_id order by 1

select u.name, c.body from users u join comments c on c.user_id = u.user_id order by c.comment_id

select f.follower_id, p.post_id from follows f join posts p on p.user_id = f.followee_id where f.follower_id = ? order by 2
| 1L

select u.name, c.name from users u join countries c on c.code = u.country order by u.user_id

select c.name, u.name from countries c left join users u on u.country = c.code order by c.name, u.user_id

select c.code, u.user_id from countries c full join users u on u.country = c.code order by c.code, u.user_id

select u.user_id, g.label from users u join grades g on u.age % 4 >= g.least order by u.user_id, g.grade

select a.user_id, b.user_id from users a join users b on a.age = b.age and a.user_id < b.user_id order by 1, 2

select count(*) from users cross join countries

select count(*) from users, posts where users.age = posts.score

select p.post_id, t.tag from posts p join tags t on t.tag = p.body order by 1

select s.name, u.name from settings s join users u on u.user_id = s.user_id order by s.name

select a.what, s.name from audit a left join settings s on s.user_id = a.user_id order by a.audit_id, s.name

select s.value, c.name from settings s join countries c on lower(c.code) = s.value

select s.session_id, u.name from sessions s left join users u using (user_id) order by s.session_id

select u.user_id, o.order_id from users u join orders o on o.tenant = u.user_id order by 1, 2

select u.user_id, p.post_id, l.user_id as fan from users u join posts p using (user_id) left join likes l on l.post_id = p.post_id order by 1, 2, 3

-- Sub-queries.

select name, (select count(*) from posts p where p.user_id = u.user_id) as n from users u order by user_id

select name, (select max(body) from posts p where p.user_id = u.user_id) from users u where user_id < 6 order by user_id

select user_id, (select count(*) from likes) from users order by user_id limit 2

select * from users where age = (select max(age) from users) order by user_id

select * from users where age > all (select score from posts where score is not null) order by user_id

select user_id from users where age = any (select least from grades) or user_id = 4

select post_id from posts p where score > (select avg(score) from posts q where q.user_id = p.user_id) order by 1

select post_id from posts p where not exists (select 1 from likes l where l.post_id = p.post_id) order by 1

select user_id from users u where exists (select 1 from follows f join posts p on p.user_id = f.followee_id where f.follower_id = u.user_id) order by 1

select user_id, age from users where (country, age) in (select country, max(age) from users group by country) order by 1

select avg(n) from (select count(*) as n from likes group by user_id) as fans

select x.user_id, x.r from (select user_id, rank() over (order by age desc nulls last) as r from users) as x where x.r <= 3 order by x.r, x.user_id

select array(select post_id from posts p where p.user_id = u.user_id order by post_id) from users u order by user_id limit 4

select case when exists (select 1 from posts p where p.user_id = u.user_id) then 'writes' else 'reads' end, count(*) from users u group by 1 order by 1

select user_id from users u order by (select count(*) from posts p where p.user_id = u.user_id) desc, user_id limit 3

select coalesce((select value from settings where name = 'theme'), 'none'), count(*) from users

-- Windows.

select user_id, row_number() over (order by user_id) from users order by 1

select user_id, age, rank() over (partition by country order by age desc nulls last), dense_rank() over (order by age) from users order by user_id

select user_id, post_id, row_number() over (partition by user_id order by post_id) from posts order by post_id

select user_id, post_id, sum(score) over (partition by user_id order by post_id rows between 1 preceding and current row) from posts order by post_id

select post_id, lag(body) over w, lead(body, 2, '-') over w, first_value(body) over w from posts window w as (order by post_id) order by 1

select name, ntile(3) over (order by name, user_id), count(*) over () from users order by name, user_id

select user_id, sum(count(*)) over (order by user_id) from posts group by user_id order by user_id

select country, count(*), rank() over (order by count(*) desc) from users group by country order by 3, 1

-- Set operations.

select user_id from users union select user_id from posts order by 1

select user_id from users union all select user_id from posts order by 1 limit 20

select user_id from users intersect select user_id from posts order by 1

select user_id from posts except select user_id from users order by 1

select user_id from posts except all select user_id from likes order by 1

select name from users where user_id = 1 union all select body from posts where user_id = 1 order by 1

select code from countries union select country from users order by 1

(select name from users order by name nulls last, user_id limit 2) union all (select body from posts order by body, post_id limit 2)

select 'user', count(*) from users union all select 'post', count(*) from posts order by 1

select name from users intersect select body from posts union select value from settings order by 1

-- Common tables.

with old as (select * from users where age > 20) select country, count(*) from old group by country order by 1

with n as (select user_id, count(*) as posts from posts group by user_id) select u.name, n.posts from users u join n using (user_id) order by u.user_id

with a as (select user_id, age from users) select count(*) from a x join a y on x.age = y.age

with one as (select * from posts where user_id = ?) select a.post_id from one a join one b on a.score = b.score order by 1
| 1L

with recursive thread as (select comment_id, parent_id, 1 as depth from comments where parent_id is null union all select c.comment_id, c.parent_id, t.depth + 1 from comments c join thread t on c.parent_id = t.comment_id) select * from thread order by 1

with recursive thread as (select comment_id, 1 as depth from comments where post_id = 101 and parent_id is null union all select c.comment_id, t.depth + 1 from comments c join thread t on c.parent_id = t.comment_id where c.post_id = 101) select depth, count(*) from thread group by 1 order by 1

with recursive n(i) as (values (1) union all select i + 1 from n where i < 5) select i, u.name from n left join users u on u.user_id = n.i order by i

with recursive reach(id) as (select 1::bigint union select f.followee_id from follows f join reach on f.follower_id = reach.id) select id from reach order by 1

with m as materialized (select max(age) as top from users) select user_id from users, m where age = m.top order by 1

-- Lateral, functions, values.

select u.user_id, l.post_id from users u cross join lateral (select post_id from posts p where p.user_id = u.user_id order by post_id desc limit 1) as l order by 1

select u.user_id, l.n from users u left join lateral (select count(*) as n from likes k where k.user_id = u.user_id) as l on true order by 1

select u.user_id, t from users u, unnest(u.tags) as t order by 1, 2

select u.user_id, g from users u join generate_series(1, 3) as g on g = u.user_id order by 1

select v.label, count(u.user_id) from (values ('young', 0, 20), ('old', 21, 200)) as v(label, least, most) left join users u on u.age between v.least and v.most group by v.label order by 1

values (1, 'a'), (2, 'b')

table countries

select * from generate_series(1, 3)

select 1, 'x'::text, null::int, now() is not null

select u.* from users u join (values (1::bigint), (5), (9)) as w(id) on w.id = u.user_id order by 1

-- Reference tables and tables of one shard alone.

select * from countries order by name

select c.name, g.label from countries c join grades g on c.area > g.least * 100000 order by 1, 2

select * from settings order by name

select count(*), max(name) from settings

select what, count(*) from audit group by what order by what

select s.name, a.what from settings s join audit a on a.user_id = s.user_id order by 1, a.audit_id

-- Expressions, casts and parameters.

select user_id, case when age is null then 'unknown' when age < ? then 'young' else 'old' end as class from users order by user_id
| 30

select user_id + ?, name || ? from users where user_id = 2
| 10, '!'

select user_id::text, balance::int, born::timestamp, bio ->> 'a' from users order by user_id

select user_id from users where bio @> ?::jsonb order by user_id
| '{"a": 2}'

select user_id from users where tags && array['x'] order by user_id

select user_id from users where name ilike ? order by user_id
| '%AN%'

select user_id from users where name ~ '^[A-Z]' order by user_id

select user_id from users where name < 'b' order by user_id

select user_id from users where name collate "C" < 'b' order by user_id

select user_id from users where age is distinct from 30 order by user_id

select user_id from users where (age, user_id) > (30, 4) order by user_id

select user_id from users where born between ? and ? order by user_id
| date:1970-01-01, date:1999-12-31

select user_id from users where not active or active is unknown order by user_id

select extract(year from created_at), count(*) from posts group by 1 order by 1

select post_id from posts where created_at >= ?::timestamptz and created_at < timestamptz '2024-03-01' order by post_id
| '2024-02-01 00:00:00+00'

select nullif(body, ''), greatest(score, 2), coalesce(rating, 0) from posts order by post_id

select user_id from users where user_id = ? and country = ?
| 3L, 'CN'

select * from users where user_id = -1

-- LIMIT in rare forms.

select user_id from users order by user_id offset 2 rows fetch next row only

select user_id from users order by user_id fetch first rows only

select user_id, score from posts where score is not null order by score desc offset 1 fetch first row with ties

select user_id from users order by user_id limit 2.5

select user_id from users order by user_id limit 1.4999 offset 1.5

select user_id from users order by user_id limit null::bigint offset 20

-- Errors: the whole text is read before any of it runs.

values ('x'::text), ('y'::int8) union select name from users where -32768::int2 <> age limit 2

select u.name, p.body from users u join posts p on u.age = p.score where no_such = 1 and u.age / 0 = 1

select count(*) from users where user_id in (select user_id from likes where at = 'yesterdayish' and age = 20::date)

select name, row_number() over (order by nothing) from users where age > '1x'

-- Elements of an array that a cast rounds.

select user_id, name from users where user_id = any (array[?]::bigint[])
| 2.5

select user_id, name from users where user_id = any (array[2.5, 7]::bigint[]) order by user_id

select user_id, name from users where user_id = any (cast(? as bigint[])) order by user_id
| [2.5, 7.0]

select user_id, name from users where user_id = any (array[?]) and name is not null
| 2.5

select user_id, name from users where user_id in (2.5, 7) order by user_id

select user_id, name from users where user_id = 2.5::bigint

select name, user_id from users order by name, 3

select name from users order by 2, name limit 3

select distinct name, country from users order by name, 99

select country, count(*) from users group by country order by 5

select country, array_agg(user_id order by user_id) from users group by 7

select user_id, name from users union select post_id, body from posts order by 3

-- Names for whole joins, and for their columns.
select n, w from (tags cross join likes) as j (t, u, w, n)

select j from (tags cross join (select 1 as one) x) as j

select j.tag, j.post_id from (tags cross join likes) as j where j.post_id < 4

select j.one from (follows join users on user_id = followee_id) as j (one, two) order by j.one, two

-- Aggregates that belong to a block around the one that they stand in.
select (select max((select p.score from posts p where p.user_id = u.user_id order by 1 limit 1))) from users u

select (select max((select c.area from countries c where c.code = u.country))) from users u

select (select count((select 1 from countries c where c.code = u.country))) from users u where u.user_id < 9

select (select sum(u.age + (select 1)) from countries c where c.code = 'US') from users u

select u.user_id, (select max((select u.age + c.area from countries c where c.code = s.country))) from users u, (select 'US'::char(2) as country) s group by u.user_id order by 1

select (select count(*) filter (where u.age > 20)) from users u

select (select string_agg(u.name, ',' order by u.user_id)) from users u

select (select max((select max(c.area) from countries c where c.code <> u.country))) from users u

select u.user_id, (select max((select c.area from countries c where c.code = x.code)) from countries x) from users u order by 1
