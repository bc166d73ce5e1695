package io.shardjdbc.spring.boot.test;

import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.spring.boot.ShardConnectionDetails;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import java.util.List;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;

/** Makes Boot's {@code @ServiceConnection} connect to a {@link ClusterContainer}. */
final class ClusterConnectionDetailsFactory
    extends ContainerConnectionDetailsFactory<ClusterContainer, ShardConnectionDetails> {

  private static final String DATABASE = "postgres";

  ClusterConnectionDetailsFactory() {}

  @Override
  protected ShardConnectionDetails getContainerConnectionDetails(
      ContainerConnectionSource<ClusterContainer> source) {
    return new Details(source);
  }

  private static final class Details extends ContainerConnectionDetails<ClusterContainer>
      implements ShardConnectionDetails {

    Details(ContainerConnectionSource<ClusterContainer> source) {
      super(source);
    }

    @Override
    public List<ShardConfiguration> shards() {
      return getContainer().cluster().shards().stream().map(Details::shard).toList();
    }

    private static ShardConfiguration shard(ClusterShard shard) {
      return new ShardConfiguration(
          new ShardId(shard.name()),
          node(shard.primary()),
          shard.replicas().stream().map(Details::node).toList());
    }

    private static NodeConfiguration node(ClusterNode node) {
      return NodeConfiguration.of(node.jdbcUrl(DATABASE));
    }
  }
}
