package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.Cluster;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/** Worlds on databases of their own, one for each variant. Not thread-safe. */
final class Worlds implements AutoCloseable {

  private final Cluster cluster;
  private final String database;
  private final Map<Variant, World> all = new EnumMap<>(Variant.class);

  Worlds(Cluster cluster, String database) {
    this.cluster = cluster;
    this.database = database;
  }

  World of(Variant variant) throws SQLException {
    World world = all.get(variant);
    if (world == null) {
      String name = database + "_" + variant.ordinal();
      cluster.createDatabase(name, variant.collation());
      world = new World(cluster, name, variant);
      all.put(variant, world);
    }
    return world;
  }

  @Override
  public void close() throws SQLException {
    for (World world : all.values()) {
      world.close();
    }
    for (World world : all.values()) {
      cluster.dropDatabase(world.database());
      cluster.dropDatabase(world.database() + "_single");
    }
  }
}
