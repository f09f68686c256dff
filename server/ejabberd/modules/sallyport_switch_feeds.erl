%% Feeds that are switched off, and notices that administrators have taken away. A feed is called by its node, a person's own
%% (XEP-0277) by the person's address.
%%
%% Where a feed is off nobody publishes in it, subscribes to it or reads it; what was published stays. A notice that was taken away
%% is gone for everybody, and its id is not published again.
-module(sallyport_switch_feeds).
-export([name/1, notices/1, refusal/3, judge/3, sweep/2]).


-include("xmpp.hrl").
-include("pubsub.hrl").

-define(MICROBLOG, <<"urn:xmpp:microblog:0">>).
-define(MAX_NOTICES, 1000).

%% The name of a feed, normalised; `error` for a slip.
name(<<_, _/binary>> = Name) when byte_size(Name) =< 1024 ->
    case re:run(Name, "[\\x00-\\x1f\\x7f]", [{capture, none}]) of
	match -> error;
	nomatch ->
	    case binary:split(Name, <<"@">>, [global]) of
		[<<_, _/binary>>, <<_, _/binary>>] -> try jid:encode(jid:remove_resource(jid:tolower(jid:decode(Name)))) catch _:_ -> Name end;
		_ -> Name
	    end
    end;
name(_) -> error.

%% {ok, #{{Feed, Id} => true}}
notices(List) when is_list(List), length(List) =< ?MAX_NOTICES ->
    Taken = [notice(Notice) || Notice <- List],
    case lists:member(error, Taken) of
	true -> {error, <<"has a list of notices that are none">>};
	false -> {ok, maps:from_list([{Key, true} || Key <- Taken])}
    end;
notices(_) -> {error, <<"lacks its list of notices">>}.

notice(#{<<"feed">> := Feed, <<"id">> := <<_, _/binary>> = Id}) when byte_size(Id) =< 1024 ->
    case name(Feed) of
	error -> error;
	Name -> {Name, Id}
    end;
notice(_) -> error.

%% Why whoever publishes or reads may not; `none` when he may. `Id` is of the notice to be published, or <<>>.
refusal(Host, Feed, Id) ->
    case sallyport_sessions:get(switch, Host) of
	#{feed := #{Feed := _}} -> <<"This feed is switched off">>;
	#{notice := #{{Feed, Id} := _}} -> <<"This notice was taken away">>;
	_ -> none
    end.

%% `ok`, or the error for what a client asks (a child of `<pubsub/>`) of this feed.
judge(Host, Feed, #xmlel{name = Name} = Wish) ->
    case Name =/= <<"unsubscribe">> andalso Name =/= <<"retract">> andalso refusal(Host, Feed, id_of(Wish)) of
	<<_/binary>> = Text -> xmpp:err_forbidden(Text, <<"en">>);
	_ -> ok
    end.

id_of(#xmlel{name = <<"publish">>} = Wish) ->
    case sallyport_published:elements(Wish) of
	[Item | _] -> fxml:get_tag_attr_s(<<"id">>, Item);
	[] -> <<>>
    end;
id_of(_) -> <<>>.

%% Takes the notices away that are still there; how many were. That it was done is in the message log, or it is not done.
sweep(Host, Notices) -> lists:sum([taken(Host, Feed, Id) || {Feed, Id} <- maps:keys(Notices)]).

taken(Host, Feed, Id) ->
    {Service, Node, Owner} = service_of(Host, Feed),
    case mod_pubsub:get_item(Service, Node, Id) of
	#pubsub_item{} ->
	    ok = sallyport_published:record(Host, jid:encode(Owner), Node, Id, none, #{}),
	    case mod_pubsub:delete_item(Service, Node, Owner, Id, true) of
		{result, _} -> 1;
		_ -> 0
	    end;
	_ -> 0
    end.

%% Where mod_pubsub has the feed, its node there, and whose it is.
service_of(Host, Feed) ->
    try jid:decode(Feed) of
	#jid{luser = <<_, _/binary>>, lserver = Host} = Person -> {jid:tolower(Person), ?MICROBLOG, Person};
	_ -> service_of_node(Host, Feed)
    catch _:_ -> service_of_node(Host, Feed)
    end.

service_of_node(Host, Feed) ->
    Service = hd(gen_mod:get_module_opt_hosts(Host, mod_pubsub)),
    {Service, Feed, jid:make(Service)}.
