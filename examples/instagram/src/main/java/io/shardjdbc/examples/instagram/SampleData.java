package io.shardjdbc.examples.instagram;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What the demo loads: the same rows at every run, each computed from its number alone.
 *
 * <p>Every post has a time of its own, so that the order of a feed is one and not several. A tenth
 * of the posts is popular and has half of the likes and comments.
 */
public final class SampleData {

  static final OffsetDateTime START = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  /** The user whose feed the demo reads. */
  static final long READER = 42;

  private static final int FOLLOWED_BY_READER = 300;
  private static final List<String> COUNTRIES = List.of("BR", "DE", "ES", "FR", "GB", "IN", "JP");
  private static final List<String> NAMES =
      List.of("Brazil", "Germany", "Spain", "France", "Great Britain", "India", "Japan");

  private final int users;
  private final int posts;
  private final int popular;
  private final int others;

  /** 10,000 users, ten posts a user, and twenty follows, likes and comments a user. */
  public static SampleData full() {
    return new SampleData(10_000);
  }

  public SampleData(int users) {
    this.users = users;
    this.posts = users * 10;
    this.popular = posts / 10;
    this.others = users * 20;
  }

  public int users() {
    return users;
  }

  public int posts() {
    return posts;
  }

  /** One of the posts that people talk about. */
  public long popularPost(int number) {
    return number % popular + 1L;
  }

  /** All rows, in an order that foreign keys allow. */
  List<Rows> tables() {
    return List.of(
        new Rows(
            "countries",
            "INSERT INTO countries (code, name) VALUES (?, ?)",
            COUNTRIES.size(),
            i -> new Object[] {COUNTRIES.get(i), NAMES.get(i)}),
        new Rows(
            "users",
            "INSERT INTO users (user_id, name, bio, country, created_at) VALUES (?, ?, ?, ?, ?)",
            users,
            this::user),
        new Rows(
            "posts",
            "INSERT INTO posts (user_id, post_id, body, created_at) VALUES (?, ?, ?, ?)",
            posts,
            this::post),
        new Rows(
            "follows",
            "INSERT INTO follows (follower_id, followee_id, created_at) VALUES (?, ?, ?)",
            others,
            this::follow),
        new Rows(
            "likes",
            "INSERT INTO likes (post_id, user_id, created_at) VALUES (?, ?, ?)",
            others,
            this::like),
        new Rows(
            "comments",
            "INSERT INTO comments (post_id, comment_id, user_id, body, created_at)"
                + " VALUES (?, ?, ?, ?, ?)",
            others,
            this::comment));
  }

  private Object[] user(int i) {
    return new Object[] {
      i + 1L, "user" + (i + 1), "I take pictures, no. " + i, COUNTRIES.get(i % 7), START
    };
  }

  private Object[] post(int i) {
    return new Object[] {
      spread(i, 7919), i + 1L, "A picture of the sea, no. " + i, START.plusSeconds(i)
    };
  }

  /** The reader follows 300 others, everybody else about twenty. */
  private Object[] follow(int i) {
    int reading = Math.min(FOLLOWED_BY_READER, users - 1);
    long follower = READER;
    long distance = i + 1L;
    if (i >= reading) {
      int turn = i - reading;
      int user = turn % (users - 1) + 1;
      follower = user < READER ? user : user + 1;
      distance = 1L + turn / (users - 1) * 37L;
    }
    long followee = (follower - 1 + distance) % users + 1;
    return new Object[] {follower, followee, START.plusSeconds(i)};
  }

  private Object[] like(int i) {
    long post = busyPost(i);
    return new Object[] {post, spread(i / 2 / rounds(i) + (int) post, 13), START.plusSeconds(i)};
  }

  private Object[] comment(int i) {
    return new Object[] {
      busyPost(i), i + 1L, spread(i, 31), "How beautiful, no. " + i, START.plusSeconds(i)
    };
  }

  /** Even rows are about popular posts, odd ones about the rest. */
  private long busyPost(int i) {
    int turn = i / 2;
    return i % 2 == 0 ? turn % popular + 1L : popular + turn % (posts - popular) + 1L;
  }

  private int rounds(int i) {
    return i % 2 == 0 ? popular : posts - popular;
  }

  private long spread(int i, long stride) {
    return i * stride % users + 1;
  }
}
