package io.shardjdbc.examples.frameworks;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.apache.ibatis.annotations.Delete;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.cursor.Cursor;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.RowBounds;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** MyBatis: generated keys, lists in SQL, cursors and batches. */
@Tag("long")
class MyBatisTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final EachWay each =
      new EachWay(cluster, "transactions: two-phase\ntables: {song: {key: id}}\n");

  /** A row. */
  public static class Song {
    /** Made by a server. */
    public long id;

    /** What it is called. */
    public String title = "";

    /** How often it was played. */
    public int plays;

    @Override
    public String toString() {
      return id + " " + title + " " + plays;
    }
  }

  /** The statements. */
  public interface Songs {
    /** One row, and its key. */
    @Insert("INSERT INTO song (title, plays) VALUES (#{title}, #{plays})")
    @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
    int add(Song song);

    /** Many rows, and their keys. */
    @Insert(
        "<script>INSERT INTO song (title, plays) VALUES"
            + " <foreach collection='list' item='s' separator=','>(#{s.title}, #{s.plays})"
            + "</foreach></script>")
    @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
    int addAll(List<Song> songs);

    /** Rows by a list of keys. */
    @Select(
        "<script>SELECT * FROM song WHERE id IN"
            + " <foreach collection='ids' item='i' open='(' separator=',' close=')'>#{i}</foreach>"
            + " <if test='least != null'>AND plays >= #{least}</if> ORDER BY id</script>")
    List<Song> find(@Param("ids") List<Long> ids, @Param("least") Integer least);

    /** All of them, row by row. */
    @Select("SELECT * FROM song ORDER BY id")
    @Options(fetchSize = 3)
    Cursor<Song> all();

    /** All of them, a part at a time. */
    @Select("SELECT * FROM song ORDER BY plays DESC, id")
    List<Song> page(RowBounds rows);

    /** Plays one. */
    @Update("UPDATE song SET plays = plays + 1 WHERE id = #{id}")
    int play(long id);

    /** Takes away what is called that. */
    @Delete("DELETE FROM song WHERE title = #{title}")
    int remove(String title);
  }

  private static SqlSessionFactory factory(DataSource dataSource) {
    Configuration configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), dataSource));
    configuration.addMapper(Songs.class);
    return new SqlSessionFactoryBuilder().build(configuration);
  }

  private static Song song(long number) {
    Song song = new Song();
    song.title = "song" + number;
    song.plays = (int) (number * 7 % 5);
    return song;
  }

  @Test
  void mappersReadAndWrite() throws Exception {
    each.same(
        dataSource -> {
          JdbcTemplate sql = new JdbcTemplate(dataSource);
          sql.execute("DROP TABLE IF EXISTS song");
          sql.execute("CREATE TABLE song (id bigserial PRIMARY KEY, title text, plays int)");
          SqlSessionFactory factory = factory(dataSource);
          List<String> said = new ArrayList<>();
          try (SqlSession session = factory.openSession()) {
            write(session.getMapper(Songs.class), said);
            session.commit();
            read(session.getMapper(Songs.class), said);
            session.getMapper(Songs.class).remove("song2");
            session.rollback();
          }
          try (SqlSession session = factory.openSession(ExecutorType.BATCH)) {
            LongStream.rangeClosed(1, 8).forEach(session.getMapper(Songs.class)::play);
            said.add("batches " + session.flushStatements().size());
            session.commit();
          }
          said.add(sql.queryForList("SELECT id, title, plays FROM song ORDER BY id").toString());
          return said;
        });
  }

  private static void write(Songs songs, List<String> said) {
    Song first = song(1);
    said.add("added " + songs.add(first) + " as " + first.id);
    List<Song> more = LongStream.rangeClosed(2, 8).mapToObj(MyBatisTest::song).toList();
    said.add("added " + songs.addAll(more) + " as " + more.stream().map(song -> song.id).toList());
    said.add("played " + songs.play(3));
    said.add("removed " + songs.remove("song4"));
  }

  private static void read(Songs songs, List<String> said) throws IOException {
    said.add("found " + songs.find(List.of(1L, 3L, 4L, 8L), 1));
    said.add("found " + songs.find(List.of(2L), null));
    said.add("paged " + songs.page(new RowBounds(2, 3)));
    try (Cursor<Song> all = songs.all()) {
      List<Long> ids = new ArrayList<>();
      all.forEach(song -> ids.add(song.id));
      said.add("all " + ids);
    }
  }
}
