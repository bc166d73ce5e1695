package io.shardjdbc.examples.social;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;

/** All posts. */
interface Posts extends JpaRepository<Post, Long> {

  /** Those of one author: one shard is asked. */
  List<Post> findByAuthorIdOrderByWrittenDesc(long authorId);

  /** One of them: one shard is asked. */
  Optional<Post> findByAuthorIdAndId(long authorId, long id);

  /** The newest of all authors: all shards are asked, and their answers are merged. */
  List<Post> findTop20ByOrderByWrittenDescIdDesc();
}
