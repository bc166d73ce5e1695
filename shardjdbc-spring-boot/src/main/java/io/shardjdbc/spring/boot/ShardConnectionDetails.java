package io.shardjdbc.spring.boot;

import io.shardjdbc.config.ShardConfiguration;
import java.util.List;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where the shards are, from something that knows it while the application runs, such as a cluster
 * in containers. A bean of this type comes before what properties and files say of shards; what
 * they say of the rest still holds.
 */
public interface ShardConnectionDetails extends ConnectionDetails {

  /** The servers of each shard, in the order of the shards. */
  List<ShardConfiguration> shards();
}
