package io.shardjdbc.examples.social;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The page that shows where the last statements ran. */
@Controller
class RoutesPage {

  private final LastRoutes routes;

  RoutesPage(LastRoutes routes) {
    this.routes = routes;
  }

  @GetMapping("/")
  String page(Model model) {
    model.addAttribute("routes", routes.newest());
    return "routes";
  }
}
