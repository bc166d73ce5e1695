package io.shardjdbc.routing.route;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which shard takes a new row of a table, by the values of the row's key: no statement is planned
 * for it, and no route is made.
 */
public interface RowOwners {

  /** The types of the key's columns, in declared order. */
  List<KeyType> types();

  /**
   * The shard that takes a row; of a key with several owners one of them, by chance. Null where
   * only a server can say which key the row would have.
   *
   * @param key the values of the key's columns: text is read as the column's type
   * @throws RoutingException where a value is missing
   */
  @Nullable ShardId of(List<@Nullable Object> key, ShardMap map);

  /**
   * The same for a key as a server has it stored: nothing of it is cut or changed any more.
   *
   * @throws RoutingException where it cannot be read all the same
   */
  ShardId ofStored(List<@Nullable Object> key, ShardMap map);
}
