package io.shardjdbc.examples.social;

import java.util.List;
import java.util.Objects;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What clients can ask and do. */
@RestController
class SocialController {

  private final People people;
  private final Posts posts;

  SocialController(People people, Posts posts) {
    this.people = people;
    this.posts = posts;
  }

  /** A post as clients see it. */
  record PostView(long id, long author, String text, int likes) {

    static PostView of(Post post) {
      return new PostView(Objects.requireNonNull(post.id), post.authorId, post.text, post.likes);
    }
  }

  @PostMapping("/people")
  @Transactional
  public long join(@RequestParam("name") String name) {
    return Objects.requireNonNull(people.save(new Person(name)).id);
  }

  @GetMapping("/people/{id}")
  @Transactional(readOnly = true)
  public String name(@PathVariable("id") long id) {
    return people.findById(id).orElseThrow(SocialController::notThere).name;
  }

  @GetMapping("/people/count")
  @Transactional(readOnly = true)
  public long count() {
    return people.count();
  }

  @PostMapping("/people/{id}/posts")
  @Transactional
  public PostView write(@PathVariable("id") long author, @RequestParam("text") String text) {
    return PostView.of(posts.save(new Post(author, text)));
  }

  @GetMapping("/people/{id}/posts")
  @Transactional(readOnly = true)
  public List<PostView> postsOf(@PathVariable("id") long author) {
    return posts.findByAuthorIdOrderByWrittenDesc(author).stream().map(PostView::of).toList();
  }

  @PostMapping("/people/{author}/posts/{id}/likes")
  @Transactional
  public int like(@PathVariable("author") long author, @PathVariable("id") long id) {
    Post post = posts.findByAuthorIdAndId(author, id).orElseThrow(SocialController::notThere);
    return ++post.likes;
  }

  @GetMapping("/latest")
  @Transactional(readOnly = true)
  public List<PostView> latest() {
    return posts.findTop20ByOrderByWrittenDescIdDesc().stream().map(PostView::of).toList();
  }

  private static ResponseStatusException notThere() {
    return new ResponseStatusException(HttpStatus.NOT_FOUND);
  }
}
