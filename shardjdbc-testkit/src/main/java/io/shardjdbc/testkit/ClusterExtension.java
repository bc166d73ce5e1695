package io.shardjdbc.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit 5 extension that gives a test class a database of its own on a shared cluster.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ClusterExtension cluster =
 *     ClusterExtension.of(PostgresCluster.builder().shards(4).replicasPerShard(2));
 *
 * @Test
 * void someTest() throws SQLException {
 *   try (Connection connection = cluster.connect("s0")) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Test classes whose builders say the same share one cluster, which is started for the first of
 * them and stopped at the end of the JVM. The database is created on every shard before the first
 * test of the class and dropped after the last one; nested test classes use that of the class
 * around them. Tests that stop servers, change settings or pull other levers need a cluster of
 * their own: they start one themselves.
 *
 * <p>One instance serves one test class at a time.
 */
public final class ClusterExtension implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ClusterExtension.class);
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static final int LONGEST_NAME = 63;

  private final ClusterShape shape;
  private final @Nullable Collation collation;
  private volatile @Nullable Cluster cluster;
  private volatile @Nullable String database;

  private ClusterExtension(ClusterShape shape, @Nullable Collation collation) {
    this.shape = shape;
    this.collation = collation;
  }

  /** A database on the shared cluster that the builder describes. */
  public static ClusterExtension of(ClusterBuilder<?> builder) {
    return new ClusterExtension(builder.shape(), null);
  }

  /** The same, with a database that sorts text in its own way. */
  public ClusterExtension withCollation(Collation databaseCollation) {
    return new ClusterExtension(shape, databaseCollation);
  }

  /**
   * The shared cluster.
   *
   * @throws IllegalStateException outside the test class's life
   */
  public Cluster cluster() {
    return inUse(cluster);
  }

  /** The name of the test class's own database, the same on all shards. */
  public String database() {
    return inUse(database);
  }

  /** A shard of the cluster, such as {@code s0}. */
  public ClusterShard shard(String name) {
    return cluster().shard(name);
  }

  /** The JDBC URLs of the class's database on the primaries, by the names of the shards. */
  public Map<String, String> primaryUrls() {
    return cluster().primaryUrls(database());
  }

  /** The {@code shards} section of a configuration file, for the class's database. */
  public String shardsYaml() {
    return cluster().shardsYaml(database());
  }

  /** Opens a plain JDBC connection to the class's database on a shard's primary. */
  public Connection connect(String shard) throws SQLException {
    return shard(shard).primary().connect(database());
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    // The store of a nested class also shows what the class around it put into its own.
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    if (store.get(this) != null) {
      return;
    }
    Cluster shared = SharedClusters.get(shape);
    String name = databaseName(context.getRequiredTestClass());
    if (collation == null) {
      shared.createDatabase(name);
    } else {
      shared.createDatabase(name, collation);
    }
    cluster = shared;
    database = name;
    store.put(this, name);
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    Object name = context.getStore(NAMESPACE).remove(this);
    if (name != null) {
      cluster().dropDatabase(name.toString());
      cluster = null;
      database = null;
    }
  }

  private static String databaseName(Class<?> testClass) {
    String name =
        "t%d_%s"
            .formatted(
                DATABASES.incrementAndGet(), testClass.getSimpleName().toLowerCase(Locale.ROOT));
    return name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }

  private static <T> T inUse(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(
          "no test class uses this extension now: is it registered in a static field?");
    }
    return value;
  }
}
