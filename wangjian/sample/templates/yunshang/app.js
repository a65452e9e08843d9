(function () {
  "use strict";
  var app = document.getElementById("app");
  var params = new URLSearchParams(location.search);
  var page = Math.max(1, parseInt(params.get("page") || "1", 10));

  function el(tag, cls, text) {
    var node = document.createElement(tag);
    if (cls) { node.className = cls; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }
  function link(href, cls, text) {
    var node = el("a", cls, text);
    node.setAttribute("href", href);
    return node;
  }
  function get(url) { return fetch(url, { headers: { Accept: "application/json" } }).then(function (r) { return r.json(); }); }
  function yuan(fen) { return (fen / 100).toFixed(2); }

  function goodsCard(g) {
    var card = el("div", "ys-card");
    card.dataset.goodsId = g.goodsId;
    var pic = link("/goods/" + g.goodsId, "ys-pic");
    var img = el("img");
    if (g.image) { img.src = g.image; }
    img.width = 220;
    pic.appendChild(img);
    card.appendChild(pic);
    card.appendChild(link("/goods/" + g.goodsId, "ys-title", g.title));
    var price = el("p", "ys-price", "¥" + yuan(g.priceFen));
    if (g.isFrom) { price.appendChild(el("small", "", "起")); }
    if (g.unit) { price.appendChild(el("small", "", "/" + g.unit)); }
    if (g.struckFen) { price.appendChild(el("del", "", "¥" + yuan(g.struckFen))); }
    card.appendChild(price);
    card.appendChild(el("p", "ys-sold", "已售" + g.soldText));
    return card;
  }
  function grid(list) {
    var box = el("div", "ys-grid");
    list.forEach(function (g) { box.appendChild(goodsCard(g)); });
    return box;
  }
  function pager(base, total) {
    var box = el("div", "ys-pager");
    for (var n = 1; n <= total; n += 1) {
      box.appendChild(n === page ? el("b", "", String(n)) : link(base + "?page=" + n, "", String(n)));
    }
    return box;
  }
  function header() {
    var bar = el("div", "ys-bar");
    bar.appendChild(link("/", "ys-logo", "云尚"));
    bar.appendChild(el("span", "", "品质生活小店集合"));
    app.appendChild(bar);
  }
  function home() {
    get("/api/home").then(function (data) {
      header();
      var main = el("div", "ys-main");
      main.appendChild(el("h2", "", "逛店铺"));
      var shops = el("div", "ys-shops");
      data.stores.forEach(function (s) {
        var one = link("/store/" + s.storeId, "ys-store");
        one.appendChild(el("b", "", s.name));
        one.appendChild(el("span", "", s.slogan));
        shops.appendChild(one);
      });
      main.appendChild(shops);
      main.appendChild(el("h2", "", "今日上新"));
      main.appendChild(grid(data.goods));
      app.appendChild(main);
      document.title = "云尚商城";
    });
  }
  function store(id) {
    Promise.all([get("/api/store/" + id), get("/api/store/" + id + "/goods?page=" + page)]).then(function (all) {
      var s = all[0];
      header();
      var main = el("div", "ys-main");
      var head = el("div", "ys-storehead");
      head.appendChild(el("h1", "store-name", s.name));
      head.appendChild(el("p", "store-slogan", s.slogan));
      head.appendChild(el("p", "store-meta", "开店时间 " + s.opened + (s.phone ? "　联系电话 " + s.phone : "") + (s.address ? "　地址 " + s.address : "")));
      if (s.licenceUrl) { head.appendChild(link(s.licenceUrl, "store-licence", "营业执照")); }
      if (s.exemption) { head.appendChild(el("p", "store-exemption", s.exemption)); }
      main.appendChild(head);
      var notice = el("div", "store-notice");
      notice.appendChild(el("b", "", "店铺公告"));
      s.notices.forEach(function (line) { notice.appendChild(el("p", "", line)); });
      main.appendChild(notice);
      main.appendChild(grid(all[1].goods));
      main.appendChild(pager("/store/" + id, all[1].pages));
      app.appendChild(main);
      document.title = s.name + " - 云尚商城";
    });
  }
  if (app.dataset.page === "home") { home(); } else { store(app.dataset.id); }
})();
