%% Feeds (XEP-0060): which nodes there are, who may publish in them, and what the administrators publish themselves, out of one file
%% (sallyport.feeds/1, server/prosody/README.md), at the service of mod_pubsub. People of this host read; nobody makes, configures or
%% gives away a node. What is published is in the message log, or not published. mod_sallyport_pep, through which whatever a client
%% sends to a pubsub service passes, asks `judge/2`.
-module(mod_sallyport_feeds).
-behaviour(gen_mod).
-behaviour(gen_server).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_opt_type/1, mod_doc/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([judge/2]).

-include("xmpp.hrl").
-include("logger.hrl").
-include("pubsub.hrl").

-define(NS_ATOM, <<"http://www.w3.org/2005/Atom">>).
-define(NS_LABEL, <<"urn:xmpp:sec-label:0">>).
-define(NS_LABEL_ID, <<"urn:sallyport:label:0">>).
-define(MAX_ITEMS, 200).
-define(MAX_FEEDS, 100).
%% In bytes, of an item.
-define(MAX_PUBLISH, 32768).
-define(TYPE, <<"flat">>).
%% What administrators publish has an id of its own kind, which no publisher may use.
-define(NOTICE, "urn:sallyport:notice:").
%% In bytes: clients read no longer ids of items.
-define(MAX_ID, (256 - length(?NOTICE))).
%% Milliseconds between tries at what could not be published: from the interval of looks on, twice as long each time.
-define(MAX_WAIT, 60000).

%% Which notices of the file were published in a node ({Service, Node}): a node keeps its newest items alone, and an older one
%% is not published again.
-record(sallyport_notices, {node, ids = #{}}).

mod_opt_type(file) -> econf:binary();
mod_opt_type(reload_interval) -> econf:number(0.1).
mod_options(_) -> [{file, <<>>}, {reload_interval, 1}].
mod_doc() -> #{}.
depends(_, _) -> [{mod_pubsub, hard}, {mod_sallyport_messages, hard}, {mod_sallyport_pep, hard}].

start(Host, Opts) ->
    {atomic, ok} = ejabberd_mnesia:create(?MODULE, sallyport_notices,
					  [{disc_copies, [node()]}, {attributes, record_info(fields, sallyport_notices)}]),
    gen_mod:start_child(?MODULE, Host, Opts).

stop(Host) ->
    sallyport_sessions:put(feeds, Host, none),
    gen_mod:stop_child(?MODULE, Host).

reload(Host, Opts, _) -> gen_server:cast(gen_mod:get_module_proc(Host, ?MODULE), {options, Opts}).

init([Host, Opts]) ->
    sallyport_sessions:put(feeds, Host, none),
    {ok, refresh(options(#{host => Host, due => never}, Opts))}.

options(#{host := Host} = State, Opts) ->
    File = sallyport_files:watch(gen_mod:get_opt(file, Opts), fun(Text) -> take(Text, Host) end),
    State#{file => File, interval => round(gen_mod:get_opt(reload_interval, Opts) * 1000)}.

refresh(#{host := Host, file := File, interval := Interval, due := Due} = State) ->
    _ = erlang:send_after(Interval, self(), refresh),
    case sallyport_files:refresh(File) of
	{same, Next} ->
	    case Due =< erlang:monotonic_time(millisecond) of
		true -> attempt(State#{file => Next});
		false -> State#{file => Next}
	    end;
	{changed, #{path := Path, value := Feeds} = Next} ->
	    sallyport_sessions:put(feeds, Host, maps:map(fun(_, #{publishers := Publishers}) -> Publishers end, maps:from_list(Feeds))),
	    Applied = attempt(State#{file => Next, wait => Interval}),
	    ?INFO_MSG("feeds read from ~ts", [Path]),
	    Applied
    end.

attempt(#{host := Host, file := #{value := Feeds}, wait := Wait} = State) ->
    case apply_feeds(Feeds, service(Host), Host) of
	true -> State#{due => never};
	false -> State#{due => erlang:monotonic_time(millisecond) + Wait, wait => min(2 * Wait, ?MAX_WAIT)}
    end.

handle_info(refresh, State) -> {noreply, refresh(State)};
handle_info(_, State) -> {noreply, State}.
handle_cast({options, Opts}, State) -> {noreply, options(State, Opts)};
handle_cast(_, State) -> {noreply, State}.
handle_call(_, _, State) -> {reply, ok, State}.
terminate(_, _) -> ok.

service(Host) -> hd(gen_mod:get_module_opt_hosts(Host, mod_pubsub)).

%% --- the file -----------------------------------------------------------------------------------------------------------

%% [{Node, #{title, description, publishers => #{Account => true}, notices}}], in the file's order.
take(Text, Host) ->
    case sallyport_files:parse(Text, <<"sallyport.feeds/1">>) of
	{ok, #{<<"domain">> := Host, <<"feeds">> := Feeds}} when is_list(Feeds), length(Feeds) =< ?MAX_FEEDS ->
	    take_feeds(Feeds, []);
	{ok, #{<<"domain">> := Host}} -> {error, <<"lacks its list of feeds">>};
	{ok, _} -> {error, <<"is not of this domain">>};
	Error -> Error
    end.

take_feeds([], Taken) -> {ok, lists:reverse(Taken)};
take_feeds([#{<<"node">> := Node, <<"title">> := Title} = Feed | Rest], Taken) ->
    Notices = maps:get(<<"notices">>, Feed, []),
    Publishers = [account(Name) || Name <- maps:get(<<"publishers">>, Feed, [])],
    Checks = [{is_text(Node, 256) andalso is_text(Title, 256), <<"has a feed without node or title">>},
	      %% the switch calls somebody's own feed by the address
	      {not is_binary(Node) orelse binary:match(Node, <<"@">>) =:= nomatch, <<"has a feed whose node is like an address">>},
	      {not lists:keymember(Node, 1, Taken), <<"has a feed twice">>},
	      {is_optional(<<"description">>, Feed, 512), <<"has a description that is none">>},
	      {not lists:member(error, Publishers), <<"has a publisher that is no account">>},
	      {lists:all(fun is_notice/1, Notices), <<"has a notice that is none">>}],
    case [Problem || {false, Problem} <- Checks] of
	[Problem | _] -> {error, Problem};
	[] ->
	    Value = #{title => Title, description => maps:get(<<"description">>, Feed, <<>>), notices => Notices,
		      publishers => maps:from_list([{Name, true} || Name <- Publishers])},
	    take_feeds(Rest, [{Node, Value} | Taken])
    end;
take_feeds(_, _) -> {error, <<"has a feed without node or title">>}.

account(Name) ->
    case is_text(Name, 1023) andalso jid:nodeprep(Name) of
	<<_, _/binary>> = Prepared -> Prepared;
	_ -> error
    end.

is_notice(#{<<"id">> := Id, <<"title">> := Title, <<"updated">> := Updated} = Notice) ->
    is_text(Id, ?MAX_ID) andalso is_text(Title, 256) andalso is_text(Updated, 64) andalso is_optional(<<"text">>, Notice, 8192)
	andalso is_optional(<<"author">>, Notice, 128) andalso is_optional(<<"link">>, Notice, 1024)
	andalso is_label(maps:get(<<"label">>, Notice, none));
is_notice(_) -> false.

is_label(none) -> true;
is_label(#{<<"id">> := Id, <<"text">> := Text}) -> is_text(Id, 64) andalso is_text(Text, 128);
is_label(_) -> false.

is_optional(Key, Map, Max) -> not is_map_key(Key, Map) orelse is_text(maps:get(Key, Map), Max).

is_text(<<_, _/binary>> = Text, Max) when byte_size(Text) =< Max ->
    re:run(Text, "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", [{capture, none}]) =:= nomatch;
is_text(_, _) -> false.

%% --- the nodes ----------------------------------------------------------------------------------------------------------

%% The file is what there is: nodes that it does not name are gone, with what was published in them. Whether all is published.
apply_feeds(Feeds, Service, Host) ->
    Owner = jid:make(Service),
    There = [Node || #pubsub_node{nodeid = {_, Node}} <- mod_pubsub:tree_action(Service, get_nodes, [Service])],
    lists:foreach(
      fun(Node) ->
	      {result, _} = mod_pubsub:delete_node(Service, Node, Owner),
	      ok = mnesia:dirty_delete(sallyport_notices, {Service, Node})
      end, [Node || Node <- There, not lists:keymember(Node, 1, Feeds)]),
    Published = lists:map(
      fun({Node, #{notices := Notices} = Feed}) ->
	      {result, _} = case lists:member(Node, There) of
				true -> mod_pubsub:set_configure(Service, Node, Owner, config(Feed), <<"en">>);
				false -> mod_pubsub:create_node(Service, Host, Node, Owner, ?TYPE, all, config(Feed))
			    end,
	      set_publishers(Node, Feed, Service, Host),
	      publish_notices(Node, Notices, Owner, Host)
      end, Feeds),
    not lists:member(false, Published).

config(#{title := Title, description := Description}) ->
    [{title, Title}, {description, Description}, {max_items, ?MAX_ITEMS}, {persist_items, true}, {deliver_payloads, true},
     {deliver_notifications, true}, {access_model, open}, {publish_model, publishers}, {notify_retract, true}, {notify_delete, true},
     {notify_config, false}, {send_last_published_item, never}, {presence_based_delivery, false}, {purge_offline, false},
     {itemreply, publisher}, {notification_type, headline}, {subscribe, true}].

set_publishers(Node, #{publishers := Publishers}, Service, Host) ->
    #pubsub_node{id = Id} = mod_pubsub:tree_action(Service, get_node, [Service, Node]),
    {result, Affiliations} = mod_pubsub:node_action(Service, ?TYPE, get_node_affiliations, [Id]),
    Set = fun(Jid, Affiliation) -> {result, _} = mod_pubsub:node_action(Service, ?TYPE, set_affiliation, [Id, Jid, Affiliation]) end,
    [Set(Jid, none) || {{User, Server, _} = Jid, Affiliation} <- Affiliations, Affiliation =/= owner,
		       Server =/= Host orelse not is_map_key(User, Publishers)],
    [Set(jid:make(User, Host), publisher) || User <- maps:keys(Publishers)].

%% In their order, up to the first that cannot be published. Whether all are.
publish_notices(Node, Notices, #jid{lserver = Service} = Owner, Host) ->
    Known = case mnesia:dirty_read(sallyport_notices, {Service, Node}) of
		[#sallyport_notices{ids = Ids}] -> Ids;
		[] -> #{}
	    end,
    {Done, Rest} = lists:splitwith(
		     fun(#{<<"id">> := Id} = Notice) -> is_map_key(Id, Known) orelse publish_notice(Node, Notice, Owner, Host) end, Notices),
    Now = maps:merge(maps:with(ids(Rest), Known), maps:from_keys(ids(Done), true)),
    Now =:= Known orelse mnesia:dirty_write(#sallyport_notices{node = {Service, Node}, ids = Now}),
    Rest =:= [].

ids(Notices) -> [Id || #{<<"id">> := Id} <- Notices].

%% Whether it is published.
publish_notice(Node, #{<<"id">> := Name} = Notice, Owner, Host) ->
    Id = <<?NOTICE, Name/binary>>,
    case {sallyport_switch_feeds:refusal(Host, Node, <<>>), sallyport_switch_feeds:refusal(Host, Node, Id)} of
	{none, none} -> publish_new(Node, Id, Notice, Owner, Host);
	%% One that was taken away is done with; while the feed is off they wait.
	{Off, _} -> Off =:= none
    end.

publish_new(Node, Id, Notice, #jid{lserver = Service} = Owner, Host) ->
    case mod_pubsub:get_item(Service, Node, Id) of
	#pubsub_item{} -> true;
	_ ->
	    Entry = entry(Notice),
	    sallyport_published:record(Service, Service, Node, Id, Entry, #{}) =:= ok
		andalso element(1, mod_pubsub:publish_item(Service, Host, Node, Owner, Id, [Entry])) =:= result
    end.

%% RFC 4287.
entry(#{<<"id">> := Id, <<"title">> := Title, <<"updated">> := Updated} = Notice) ->
    Given = fun(Key, Make) -> [Make(maps:get(Key, Notice)) || is_map_key(Key, Notice)] end,
    element(<<"entry">>, [{<<"xmlns">>, ?NS_ATOM}],
	    [text(<<"title">>, [], Title)]
	    ++ Given(<<"author">>, fun(Name) -> element(<<"author">>, [], [text(<<"name">>, [], Name)]) end)
	    ++ [text(<<"id">>, [], <<?NOTICE, Id/binary>>), text(<<"updated">>, [], Updated)]
	    ++ Given(<<"text">>, fun(Text) -> text(<<"content">>, [{<<"type">>, <<"text">>}], Text) end)
	    ++ Given(<<"link">>, fun(Link) -> element(<<"link">>, [{<<"href">>, Link}], []) end)
	    ++ Given(<<"label">>, fun label/1)).

label(#{<<"id">> := Id, <<"text">> := Text}) ->
    element(<<"securitylabel">>, [{<<"xmlns">>, ?NS_LABEL}],
	    [text(<<"displaymarking">>, [], Text),
	     element(<<"label">>, [], [text(<<"id">>, [{<<"xmlns">>, ?NS_LABEL_ID}], Id)])]).

element(Name, Attrs, Children) -> #xmlel{name = Name, attrs = Attrs, children = Children}.
text(Name, Attrs, Text) -> element(Name, Attrs, [{xmlcdata, Text}]).

%% --- who may ask what ---------------------------------------------------------------------------------------------------

%% `ok`, or the error for what a client of this host has sent to the service. What is to be published is logged first.
judge(#iq{type = Type, from = #jid{lserver = Host}, sub_els = [El]} = IQ, State) when Type =:= get; Type =:= set ->
    case {Type, xmpp:get_ns(El)} of
	{get, NS} when NS =:= ?NS_DISCO_INFO; NS =:= ?NS_DISCO_ITEMS -> ok;
	{_, ?NS_PUBSUB} ->
	    case [Wish || #xmlel{} = Wish <- (xmpp:encode(El))#xmlel.children] of
		[#xmlel{name = Name} = Wish] ->
		    case sallyport_switch_feeds:judge(Host, fxml:get_tag_attr_s(<<"node">>, Wish), Wish) of
			ok -> judge_wish(Type, Name, Wish, IQ, State);
			Off -> Off
		    end;
		_ -> xmpp:err_forbidden()
	    end;
	_ -> xmpp:err_forbidden()
    end;
judge(_, _) -> xmpp:err_forbidden().

judge_wish(get, Name, _, _, _) when Name =:= <<"items">>; Name =:= <<"subscriptions">> -> ok;
judge_wish(set, <<"unsubscribe">>, _, _, _) -> ok;
judge_wish(set, <<"subscribe">>, Wish, #iq{from = From}, _) ->
    case sallyport_published:is_of_account(Wish, From) of
	true -> ok;
	false -> xmpp:err_forbidden()
    end;
judge_wish(set, Name, Wish, #iq{from = From, to = #jid{lserver = Service}}, State) when Name =:= <<"publish">>; Name =:= <<"retract">> ->
    Node = fxml:get_tag_attr_s(<<"node">>, Wish),
    case may_publish(Node, From) andalso sallyport_published:elements(Wish) of
	false -> xmpp:err_forbidden();
	[#xmlel{name = <<"item">>} = Item] ->
	    case {sallyport_published:elements(Item), byte_size(fxml:element_to_binary(Item)) =< ?MAX_PUBLISH, fxml:get_tag_attr_s(<<"id">>, Item)} of
		{[_, _ | _], _, _} -> xmpp:err_not_allowed();
		{[_], _, _} when Name =:= <<"retract">> -> xmpp:err_not_allowed();
		{_, false, _} -> xmpp:err_not_allowed();
		{_, _, <<?NOTICE, _/binary>>} -> xmpp:err_forbidden();
		{_, true, _} -> sallyport_published:record_of(From, Service, Node, Item, State)
	    end;
	_ -> xmpp:err_not_allowed()
    end;
judge_wish(_, _, _, _, _) -> xmpp:err_forbidden().

may_publish(Node, #jid{luser = User, lserver = Host}) ->
    case sallyport_sessions:get(feeds, Host) of
	#{Node := Publishers} -> is_map_key(User, Publishers);
	_ -> false
    end.
