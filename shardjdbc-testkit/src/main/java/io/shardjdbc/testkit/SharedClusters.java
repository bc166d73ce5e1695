package io.shardjdbc.testkit;

import java.util.HashMap;
import java.util.Map;

/** The clusters that test classes share: one for each shape, until the JVM ends. */
final class SharedClusters {

  private static final Map<ClusterShape, Cluster> BY_SHAPE = new HashMap<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(SharedClusters::closeAll, "testkit-shared-clusters"));
  }

  private SharedClusters() {}

  /** The cluster of a shape, started if it is the first time that one is asked for. */
  static synchronized Cluster get(ClusterShape shape) {
    Cluster cluster = BY_SHAPE.get(shape);
    if (cluster == null) {
      cluster = shape.start();
      BY_SHAPE.put(shape, cluster);
    }
    return cluster;
  }

  private static synchronized void closeAll() {
    BY_SHAPE.values().forEach(Cluster::close);
    BY_SHAPE.clear();
  }
}
