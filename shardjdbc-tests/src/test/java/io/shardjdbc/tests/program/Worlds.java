package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.Cluster;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/**
 * A world for each variant. Those whose rows lie and sort alike share their databases. Not
 * thread-safe.
 */
final class Worlds implements AutoCloseable {

  private final Cluster cluster;
  private final String prefix;
  private final Map<Variant, Databases> databases = new EnumMap<>(Variant.class);
  private final Map<Variant, World> all = new EnumMap<>(Variant.class);

  /**
   * @param prefix what the names of their databases begin with
   */
  Worlds(Cluster cluster, String prefix) {
    this.cluster = cluster;
    this.prefix = prefix;
  }

  World of(Variant variant) throws SQLException {
    World world = all.get(variant);
    if (world == null) {
      Variant like = variant.stored();
      Databases there = databases.get(like);
      boolean fresh = there == null;
      if (there == null) {
        there = new Databases(cluster, prefix + "_" + databases.size(), like);
        databases.put(like, there);
      }
      world = new World(cluster, there, variant);
      all.put(variant, world);
      if (fresh) {
        world.fill();
      }
    }
    return world;
  }

  @Override
  public void close() throws SQLException {
    for (World world : all.values()) {
      world.close();
    }
    for (Databases each : databases.values()) {
      each.close();
    }
  }
}
