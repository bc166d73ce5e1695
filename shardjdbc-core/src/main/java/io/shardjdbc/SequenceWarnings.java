package io.shardjdbc;

import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.Catalog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A catalog that warns, once for each table, of sharded tables whose columns count by a sequence:
 * each shard has its own, so values repeat.
 */
final class SequenceWarnings implements Catalog {

  private static final Logger LOG = LoggerFactory.getLogger(ShardDataSource.class);

  private final Catalog catalog;
  private final RoutingConfiguration routing;
  private final Set<List<String>> warned = ConcurrentHashMap.newKeySet();

  SequenceWarnings(Catalog catalog, RoutingConfiguration routing) {
    this.catalog = catalog;
    this.routing = routing;
  }

  @Override
  public Optional<TableShape> table(List<String> name) {
    Optional<TableShape> shape = catalog.table(name);
    shape.ifPresent(
        table -> {
          for (ColumnShape column : table.columns()) {
            if (column.defaults() == Default.SEQUENCE && isSharded(name) && warned.add(name)) {
              LOG.warn(
                  "column {} of sharded table {} is filled by a sequence, which counts on each"
                      + " shard for itself: its values repeat across shards. {}",
                  column.name(),
                  String.join(".", name),
                  SchemaFinding.Kind.SEQUENCE_DEFAULT.wayOut());
            }
          }
        });
    return shape;
  }

  private boolean isSharded(List<String> name) {
    return routing.table(name).filter(Table.Sharded.class::isInstance).isPresent();
  }

  @Override
  public long version() {
    return catalog.version();
  }

  @Override
  public Volatility function(List<String> name) {
    return catalog.function(name);
  }

  @Override
  public Volatility operator(String sign) {
    return catalog.operator(sign);
  }

  @Override
  public Volatility attribute(String name) {
    return catalog.attribute(name);
  }

  @Override
  public Optional<Relatives> relatives(List<String> name) {
    return catalog.relatives(name);
  }

  @Override
  public List<Reaction> reactions(List<String> name) {
    return catalog.reactions(name);
  }

  @Override
  public Optional<RowMoves> moves(List<String> name) {
    return catalog.moves(name);
  }

  @Override
  public Optional<String> view(List<String> name) {
    return catalog.view(name);
  }
}
