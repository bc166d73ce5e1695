package io.shardjdbc.examples.social;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.time.Instant;
import org.hibernate.annotations.PartitionKey;
import org.jspecify.annotations.Nullable;

/** What somebody wrote. It lies on the author's shard. */
@Entity
class Post {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE)
  @Nullable Long id;

  /** With it in WHERE, an update by id asks one shard. */
  @PartitionKey
  @Column(updatable = false)
  long authorId;

  String text = "";
  int likes;
  Instant written = Instant.EPOCH;

  Post() {}

  Post(long authorId, String text) {
    this.authorId = authorId;
    this.text = text;
    this.written = Instant.now();
  }
}
