package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.yaml.EnvironmentLookup;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a configuration says of constraints that hold on each shard only. */
class SchemaYamlTest {

  @Test
  void constraintsThatAreKnownToHoldOnEachShardOnlyAreRead() {
    Configuration known =
        ConfigurationYaml.read(
            """
            shards: {s0: {primary: {url: "jdbc:postgresql://db0/app"}}}
            tables:
              users: {key: user_id, perShard: [users_email_key, users_name_key]}
              posts: {key: user_id, perShard: posts_pkey}
            schema: check
            """,
            EnvironmentLookup.ofProcess());
    assertThat(known.schema().mode()).isEqualTo(SchemaMode.CHECK);
    assertThat(known.schema().isKnown(List.of("users"), "users_name_key")).isTrue();
    assertThat(known.schema().isKnown(List.of("posts"), "posts_pkey")).isTrue();
    assertThat(known.schema().isKnown(List.of("posts"), "users_name_key")).isFalse();
  }
}
