-- Finding people by parts of what is said of them, in a table of 100,000 as fast as in one of ten: all texts of a field stand in
-- one, a line a person, which is searched as a whole. It is made when somebody searches for the first time after the table was
-- read; the case of letters beyond ASCII is left as it is.

-- The people of a table, by name, and for each field its text and where each person's line begins in it.
local function build(accounts, card_of, fields)
	local people = {};
	for username in pairs(accounts) do
		local person = card_of(username);
		if person then people[#people + 1] = { username = username, person = person }; end
	end
	table.sort(people, function (a, b)
		local left, right = a.person.fn or a.username, b.person.fn or b.username;
		if left == right then return a.username < b.username; end
		return left < right;
	end);
	local texts, starts = {}, {};
	for _, field in ipairs(fields) do
		local lines, begins, at = {}, {}, 1;
		for i, one in ipairs(people) do
			local line = (one.person[field] or ""):gsub("%c", " "):lower();
			lines[i], begins[i] = line, at;
			at = at + #line + 1;
		end
		texts[field], starts[field] = table.concat(lines, "\n"), begins;
	end
	return { people = people, texts = texts, starts = starts };
end

-- The number of the person in whose line that place is.
local function person_at(begins, place)
	local low, high = 1, #begins;
	while low < high do
		local middle = math.ceil((low + high) / 2);
		if begins[middle] <= place then low = middle; else high = middle - 1; end
	end
	return low;
end

local function fits(person, wishes)
	for _, wish in ipairs(wishes) do
		local text = person[wish.of];
		if not text or not text:lower():find(wish.text, 1, true) then return false; end
	end
	return true;
end

-- @param fields  the fields that can be asked for
-- @param most  people that are found at once
return function (fields, most)
	local index, built_of;

	-- People whose fields hold all that is wished (each { of = field, text = lower case, without control characters }), by name.
	return function (accounts, card_of, wishes)
		if built_of ~= accounts then index, built_of = build(accounts, card_of, fields), accounts; end
		local rarest = wishes[1];
		for _, wish in ipairs(wishes) do
			-- Nobody has it: the others need not be looked at.
			if not index.texts[wish.of]:find(wish.text, 1, true) then return {}; end
			if #wish.text > #rarest.text then rarest = wish; end
		end
		local text, begins = index.texts[rarest.of], index.starts[rarest.of];
		local matches, from = {}, 1;
		while #matches < most do
			local place = text:find(rarest.text, from, true);
			if not place then break; end
			local number = person_at(begins, place);
			local one = index.people[number];
			-- Who was locked since then is not found.
			if fits(one.person, wishes) and card_of(one.username) then matches[#matches + 1] = one; end
			from = begins[number + 1];
			if not from then break; end
		end
		return matches;
	end
end
